// An answer, and the bytes of its head.

/// A body made piece by piece; it lives until its last piece is taken or the client is gone.
public protocol HTTPBodyPieces: AnyObject {
  /// The next piece; nil after the last.
  ///
  /// - Throws: When there can be no whole body; the connection is then cut off.
  func next() throws -> [UInt8]?
}

/// An answer to a request.
public struct HTTPResponse {
  public enum Body {
    case bytes([UInt8])
    case pieces(any HTTPBodyPieces)
    /// None yet: the listener is to ask again in some milliseconds, and serves others meanwhile.
    case later
  }

  /// What is said instead of an answer that is not there yet.
  public static var later: HTTPResponse { HTTPResponse(status: 503, head: [], body: .later) }

  public var status: Int
  /// Header lines, each with its CR LF; those of length, connection and date are not among them.
  public var head: [UInt8]
  public var body: Body

  public init(status: Int, head: [UInt8], body: Body) {
    self.status = status
    self.head = head
    self.body = body
  }

  /// What the listener itself says to a request that it refuses.
  static func refusal(_ fault: HTTPFault) -> HTTPResponse {
    let text = "\(fault.rawValue) \(reason(fault.rawValue))\n"
    return HTTPResponse(
      status: fault.rawValue, head: Array("Content-Type: text/plain; charset=utf-8\r\n".utf8),
      body: .bytes(Array(text.utf8)))
  }

  /// What the status line says behind the number.
  static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 303: "See Other"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 422: "Unprocessable Content"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}

/// How the end of a body is told to the client.
enum HTTPLength: Hashable {
  case bytes(Int)
  case chunks
  /// The connection's end, as HTTP/1.0 has it.
  case close
  /// None is needed: 304.
  case none
}

extension [UInt8] {
  /// Appends a status line and header.
  mutating func append(
    headOf response: HTTPResponse, length: HTTPLength, closes: Bool, date: [UInt8]
  ) {
    append(contentsOf: "HTTP/1.1 ".utf8)
    append(decimal: Int64(response.status))
    append(0x20)
    append(contentsOf: HTTPResponse.reason(response.status).utf8)
    append(contentsOf: "\r\nDate: ".utf8)
    append(contentsOf: date)
    append(contentsOf: "\r\n".utf8)
    append(contentsOf: response.head)
    switch length {
    case .bytes(let count):
      append(contentsOf: "Content-Length: ".utf8)
      append(decimal: Int64(count))
      append(contentsOf: "\r\n".utf8)
    case .chunks: append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
    case .close, .none: break
    }
    append(contentsOf: closes ? "Connection: close\r\n\r\n".utf8 : "\r\n".utf8)
  }
}
