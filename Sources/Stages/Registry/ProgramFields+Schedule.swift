// A schedule's `programs`: the fields that hold where no row states them.
import Pipeline

/// A default of a schedule that is no valid value.
struct ProgramDefaultFault: ExitCoded, CustomStringConvertible {
  let message: String

  var exitStatus: ExitStatus { .configuration }
  var description: String { "the schedule's \"programs\": \(message)" }
}

extension ProgramFields {
  /// Reads native program fields from a schedule.
  ///
  /// - Throws: ``ProgramDefaultFault`` for an unknown field or a value that no row could state.
  init(schedule: JSONValue) throws {
    self.init()
    for member in schedule.members ?? [] {
      guard let field = ProgramField.allCases.first(where: { $0.column == member.name.string })
      else { throw ProgramDefaultFault(message: "unknown field \(member.name)") }
      do {
        self[field] = try member.value.withField { value throws(ValueFault) in
          try field.read(value)
        }
      } catch {
        throw ProgramDefaultFault(
          message: "\(member.name) \(member.value.canonicalText) \(error.expected)")
      }
    }
  }
}
