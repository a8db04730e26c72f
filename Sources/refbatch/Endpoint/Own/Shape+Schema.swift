// Shapes and parameters as JSON Schema.
import Pipeline

extension Shape {
  /// FastAPI's list of faulty parameters; `ctx` may be missing.
  static let fastAPIDetail = Shape.object([
    (
      "detail",
      .array(.anyObject)
    )
  ])

  /// Writes the JSON Schema.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
  }

  private func writeMembers(to writer: inout JSONWriter) {
    switch self {
    case .string: writer.member("type", "string")
    case .text(let format):
      writer.member("type", "string")
      writer.member("format", format)
    case .word(let words):
      writer.member("type", "string")
      writer.key("enum")
      writer.beginArray()
      for word in words { writer.string(word) }
      writer.endArray()
    case .integer: writer.member("type", "integer")
    case .number: writer.member("type", "number")
    case .boolean: writer.member("type", "boolean")
    case .null: writer.member("type", "null")
    case .anyObject: writer.member("type", "object")
    case .object(let members): write(members, to: &writer)
    case .array(let element):
      writer.member("type", "array")
      writer.key("items")
      element.write(to: &writer)
    case .optional(let shape):
      writer.key("anyOf")
      writer.beginArray()
      shape.write(to: &writer)
      Shape.null.write(to: &writer)
      writer.endArray()
    }
  }

  private func write(_ members: [(name: String, shape: Shape)], to writer: inout JSONWriter) {
    writer.member("type", "object")
    writer.key("properties")
    writer.beginObject()
    for member in members {
      writer.key(member.name)
      member.shape.write(to: &writer)
    }
    writer.endObject()
    writer.key("required")
    writer.beginArray()
    for member in members { writer.string(member.name) }
    writer.endArray()
    writer.member("additionalProperties", false)
  }
}

extension QueryParameter {
  /// Writes the JSON Schema of its value.
  func writeSchema(to writer: inout JSONWriter) {
    writer.beginObject()
    switch form {
    case .integer(let least, let most):
      writer.member("type", "integer")
      writer.member("minimum", least)
      writer.member("maximum", most ?? .max)
    case .hundredths(let least, let most):
      writer.member("type", "number")
      writer.member("minimum", least)
      writer.member("maximum", most)
      writer.key("multipleOf")
      writer.decimal("0.01")
    case .word(let words):
      writer.member("type", "string")
      writer.key("enum")
      writer.beginArray()
      for word in words { writer.string(word) }
      writer.endArray()
    case .text:
      writer.member("type", "string")
      writer.member("minLength", 1)
    case .choice: writer.member("type", "string")
    }
    if let standard {
      writer.key("default")
      switch form {
      case .integer, .hundredths: writer.decimal(standard)
      case .word, .text, .choice: writer.string(standard)
      }
    }
    writer.endObject()
  }
}
