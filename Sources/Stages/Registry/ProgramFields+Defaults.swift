// A schedule's `programs`: the values of fields that no row ever states.
public import Pipeline

extension ProgramFields {
  /// Reads the `programs` object of a schedule; its names and values are those of a programs row.
  ///
  /// - Parameter file: The schedule's name, for messages.
  /// - Throws: ``ScheduleFault`` for a name that is no dated field, or a value it does not take.
  public init(defaults: JSONValue, file: String) throws(ScheduleFault) {
    self.init()
    for member in defaults.members ?? [] {
      guard let field = ProgramField.allCases.first(where: { Text($0.column) == member.name })
      else {
        throw ScheduleFault(
          file: file, message: "\"programs\" cannot set \(Quoted.text(member.name))")
      }
      do {
        self[field] = try member.value.withField { value throws(ValueFault) in
          try field.read(value)
        }
      } catch {
        let value = Quoted.text(Text(member.value.canonicalText))
        throw ScheduleFault(
          file: file, message: "\(field.column) \(value) in \"programs\" \(error.expected)")
      }
    }
  }
}
