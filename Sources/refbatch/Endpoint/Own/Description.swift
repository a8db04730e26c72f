// /openapi.json: OpenAPI 3.1, made from the table that also serves.
import Pipeline
import Stages

/// The description of all endpoints.
enum Description {
  static func answer(_ call: Call) throws -> Answer {
    try call.reading.derived("openapi.json at \(call.publicURL)") {
      try Answer.json { writer in try write(call.table, server: call.publicURL, to: &writer) }
    }
  }

  /// Writes the document.
  static func write(
    _ table: RouteTable, server: String, to writer: inout JSONWriter
  ) throws {
    writer.beginObject()
    writer.member("openapi", "3.1.0")
    writer.key("info")
    writer.beginObject()
    writer.member("title", "refbatch")
    writer.member("version", productVersion)
    writer.member(
      "description",
      "The results of the last committed run, in the words of four platforms. Read only.")
    writer.endObject()
    writer.key("servers")
    writer.beginArray()
    writer.beginObject()
    writer.member("url", server)
    writer.endObject()
    writer.endArray()
    writer.key("paths")
    writer.beginObject()
    for route in table.routes {
      writer.key(route.path)
      writer.beginObject()
      write(route, method: "get", to: &writer)
      write(route, method: "head", to: &writer)
      writer.endObject()
    }
    writer.endObject()
    writeComponents(to: &writer)
    writer.endObject()
  }

  private static func write(_ route: Route, method: String, to writer: inout JSONWriter) {
    writer.key(method)
    writer.beginObject()
    writer.member("summary", route.summary)
    writer.member("operationId", method + route.path)
    writer.key("tags")
    writer.beginArray()
    writer.string(route.platform.name)
    writer.endArray()
    writer.key("security")
    writeSecurity(of: route, to: &writer)
    writeParameters(of: route, to: &writer)
    writeResponses(of: route, hasBody: method == "get", to: &writer)
    writer.endObject()
  }

  private static func writeSecurity(of route: Route, to writer: inout JSONWriter) {
    writer.beginArray()
    if case .anyone = route.access {
      // No scheme is needed.
    } else {
      for scheme in ["bearer", "cookie"] {
        writer.beginObject()
        writer.key(scheme)
        writer.beginArray()
        writer.endArray()
        writer.endObject()
      }
    }
    writer.endArray()
  }

  private static func writeParameters(of route: Route, to writer: inout JSONWriter) {
    writer.key("parameters")
    writer.beginArray()
    for part in route.parts where part.utf8.first == UInt8(ascii: "{") {
      writer.beginObject()
      writer.member("name", String(part.dropFirst().dropLast()))
      writer.member("in", "path")
      writer.member("required", true)
      writer.key("schema")
      Shape.string.write(to: &writer)
      writer.endObject()
    }
    for parameter in route.parameters {
      writer.beginObject()
      writer.member("name", parameter.name)
      writer.member("in", "query")
      writer.member("required", false)
      writer.member("description", parameter.summary)
      writer.key("schema")
      parameter.writeSchema(to: &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writeComponents(to writer: inout JSONWriter) {
    writer.key("components")
    writer.beginObject()
    writer.key("securitySchemes")
    writer.beginObject()
    writer.key("bearer")
    writer.beginObject()
    writer.member("type", "http")
    writer.member("scheme", "bearer")
    writer.member("bearerFormat", "JWT")
    writer.endObject()
    writer.key("cookie")
    writer.beginObject()
    writer.member("type", "apiKey")
    writer.member("in", "cookie")
    writer.member("name", "token")
    writer.endObject()
    writer.endObject()
    writer.endObject()
  }
}

extension Description {
  private static func writeResponses(
    of route: Route, hasBody: Bool, to writer: inout JSONWriter
  ) {
    writer.key("responses")
    writer.beginObject()
    writeResponse(
      "200", "What is asked for.", hasBody ? route.contentType : nil, route.shape, to: &writer)
    if route.isOfRun {
      writeResponse("304", "Nothing has changed since the ETag.", nil, nil, to: &writer)
    }
    let error = hasBody ? route.errorType : nil
    var isOpen = false
    if case .anyone = route.access { isOpen = true }
    if !isOpen {
      writeResponse("401", "No valid token.", error, route.platform.errorShape, to: &writer)
      writeResponse("403", "Another role's.", error, route.platform.errorShape, to: &writer)
    }
    if !route.parameters.isEmpty {
      let status = Refusal.badParameters([]).status(route.platform)
      let shape = route.platform == .bitcain ? Shape.fastAPIDetail : route.platform.errorShape
      writeResponse("\(status)", "A parameter that is not taken.", error, shape, to: &writer)
    }
    writeResponse("404", "There is no such thing.", error, route.platform.errorShape, to: &writer)
    writeResponse("503", "The store cannot be read.", error, route.platform.errorShape, to: &writer)
    writer.endObject()
  }

  private static func writeResponse(
    _ status: String, _ description: String, _ type: String?, _ shape: Shape?,
    to writer: inout JSONWriter
  ) {
    writer.key(status)
    writer.beginObject()
    writer.member("description", description)
    if let type {
      writer.key("content")
      writer.beginObject()
      writer.key(type)
      writer.beginObject()
      if let shape, type == Answer.jsonType {
        writer.key("schema")
        shape.write(to: &writer)
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endObject()
  }
}

extension Route {
  /// The type of a 200's body.
  fileprivate var contentType: String {
    if let bodyType { return bodyType }
    if shape != nil { return Answer.jsonType }
    let isPage = Platform(ofPath: path) == .own
    return isPage ? "text/html" : "text/plain"
  }

  fileprivate var errorType: String {
    Platform(ofPath: path) == .own ? "text/html" : Answer.jsonType
  }
}

extension Platform {
  /// What its errors look like.
  fileprivate var errorShape: Shape {
    switch self {
    case .refferq, .own:
      .object([("success", .boolean), ("error", .string), ("code", .string)])
    case .bitcain: .object([("detail", .string)])
    case .refuel:
      .object([
        ("success", .boolean), ("error", .object([("code", .string), ("message", .string)])),
      ])
    case .fangate:
      .object([("success", .boolean), ("errors_message", .string), ("data", .null)])
    }
  }
}
