// Refusals in the words of the platform whose path it is (ENDPOINT E).
import Pipeline

extension Refusal {
  /// The status code; for parameters it is the platform's.
  func status(_ platform: Platform) -> Int {
    switch kind {
    case .unauthorized: 401
    case .forbidden: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .badParameters: platform == .bitcain || platform == .fangate ? 422 : 400
    case .unavailable: 503
    case .failed: 500
    }
  }

  /// The answer as a platform's clients know it.
  func answer(_ platform: Platform) -> Answer {
    let buffer = ByteBuffer()
    var writer = JSONWriter(to: buffer)
    switch platform {
    case .refferq, .own: writeRefferq(to: &writer)
    case .bitcain: writeBitcain(to: &writer)
    case .refuel: writeRefuel(to: &writer)
    case .fangate: writeFangate(to: &writer)
    }
    // A buffer in memory takes all that it is given.
    try? writer.finish()
    var answer = Answer(status: status(platform), body: .bytes(buffer.bytes))
    switch kind {
    case .unauthorized: answer.fields.append(("WWW-Authenticate", "Bearer"))
    case .methodNotAllowed: answer.fields.append(("Allow", "GET, HEAD"))
    default: break
    }
    return answer
  }

  private func writeRefferq(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("success", false)
    writer.member("error", explanation)
    writer.member("code", code(badParameter: "BAD_REQUEST"))
    writer.endObject()
  }

  private func writeBitcain(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("detail")
    if case .badParameters(let faults) = kind {
      writer.beginArray()
      for fault in faults { fault.write(to: &writer) }
      writer.endArray()
    } else {
      writer.string(text)
    }
    writer.endObject()
  }

  private func writeRefuel(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("success", false)
    writer.key("error")
    writer.beginObject()
    writer.member("code", code(badParameter: "VALIDATION_ERROR"))
    writer.member("message", explanation)
    writer.endObject()
    writer.endObject()
  }

  private func writeFangate(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("success", false)
    writer.member("errors_message", explanation)
    writer.key("data")
    writer.null()
    writer.endObject()
  }

  private func code(badParameter: String) -> String {
    switch kind {
    case .unauthorized: "UNAUTHORIZED"
    case .forbidden: "FORBIDDEN"
    case .notFound: "NOT_FOUND"
    case .methodNotAllowed: "METHOD_NOT_ALLOWED"
    case .badParameters: badParameter
    case .unavailable, .failed: "INTERNAL_ERROR"
    }
  }

  /// The text, with each faulty parameter named.
  var explanation: String {
    guard case .badParameters(let faults) = kind, !faults.isEmpty else { return text }
    return faults.map { "\($0.name): \($0.message)" }.joined(separator: "; ")
  }
}

extension ParameterFault {
  /// What is wrong, in the words that FastAPI has for it.
  var message: String {
    switch reason {
    case .notInteger:
      "Input should be a valid integer, unable to parse string as an integer"
    case .tooLong: "Unable to parse input string as an integer, exceeded maximum size"
    case .notDecimal: "Input should be a valid number of at most two decimal places"
    case .tooSmall(let least): "Input should be greater than or equal to \(least)"
    case .tooLarge(let most): "Input should be less than or equal to \(most)"
    case .notOneOf(let words):
      "Input should be " + words.map { "'\($0)'" }.joined(separator: ", ")
    case .empty: "String should have at least 1 character"
    case .badText: "Input should be percent-encoded UTF-8"
    }
  }

  /// FastAPI's word for the kind of fault.
  private var type: String {
    switch reason {
    case .notInteger: "int_parsing"
    case .tooLong: "int_parsing_size"
    case .notDecimal: "decimal_parsing"
    case .tooSmall: "greater_than_equal"
    case .tooLarge: "less_than_equal"
    case .notOneOf: "literal_error"
    case .empty: "string_too_short"
    case .badText: "string_unicode"
    }
  }

  /// Writes an element of `detail`; `ctx` only where it says something.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("loc")
    writer.beginArray()
    writer.string("query")
    writer.string(name)
    writer.endArray()
    writer.member("msg", message)
    writer.member("type", type)
    writer.member("input", input)
    switch reason {
    case .tooSmall(let least): writeContext("ge", least, to: &writer)
    case .tooLarge(let most): writeContext("le", most, to: &writer)
    case .empty: writeContext("min_length", 1, to: &writer)
    case .notOneOf(let words):
      writer.key("ctx")
      writer.beginObject()
      writer.member("expected", words.map { "'\($0)'" }.joined(separator: ", "))
      writer.endObject()
    case .notInteger, .tooLong, .notDecimal, .badText: break
    }
    writer.endObject()
  }

  private func writeContext(_ name: String, _ value: Int64, to writer: inout JSONWriter) {
    writer.key("ctx")
    writer.beginObject()
    writer.member(name, value)
    writer.endObject()
  }
}
