// What a handler gives back: a status and a body, whole or in pieces.
import Pipeline

/// A body that is made piece by piece, so that its length does not count for memory.
///
/// It is asked on the thread that began it, with its read transaction still open. When it goes
/// early because the client has gone, its `deinit` gives its statements back.
protocol AnswerPieces: AnyObject {
  /// The next piece, some ten kilobytes; nil after the last.
  ///
  /// - Throws: What reading throws; the client then sees a body that is cut off.
  func next() throws -> [UInt8]?
}

/// An endpoint's answer.
struct Answer {
  enum Body {
    case bytes([UInt8])
    case pieces(any AnswerPieces)
    /// None yet: a run has just committed, and its lists are not in order.
    case later
  }

  static let jsonType = "application/json"
  static let pageType = "text/html; charset=utf-8"

  var status = 200
  var contentType = Answer.jsonType
  /// Further header fields.
  var fields: [(name: String, value: String)] = []
  var body: Body

  /// A JSON value, written by `write`.
  ///
  /// - Throws: What `write` throws.
  static func json(
    _ status: Int = 200, _ write: (inout JSONWriter) throws -> Void
  ) throws -> Answer {
    let buffer = ByteBuffer()
    var writer = JSONWriter(to: buffer)
    try write(&writer)
    try writer.finish()
    return Answer(status: status, body: .bytes(buffer.bytes))
  }

  /// A JSON text in pieces.
  static func jsonPieces(_ pieces: any AnswerPieces) -> Answer { Answer(body: .pieces(pieces)) }

  /// A page for people.
  static func page(_ status: Int = 200, _ html: [UInt8]) -> Answer {
    Answer(status: status, contentType: pageType, body: .bytes(html))
  }
}
