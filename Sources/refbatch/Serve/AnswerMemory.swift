// Answers given again: within one committed run the same caller gets the same bytes for the same
// question, which is what the ETag says as well.
import Pipeline

/// Whole answers by question, of one state of the store.
struct AnswerMemory {
  /// What makes two questions the same.
  struct Question: Hashable {
    var claims: Claims
    var path: Text
    var query: [UInt8]
  }

  /// The most bytes that are remembered, and the most of one answer.
  private static let most = 6 << 20
  private static let mostOfOne = 256 << 10

  struct Remembered {
    var tag: String
    var response: HTTPResponse
    /// The header of a 304 in its place.
    var unchangedHead: [UInt8]
  }

  private var answers: [Question: Remembered] = [:]
  private var byteCount = 0
  /// Of which state of which store they are.
  private var version: [Int64] = []

  /// The answer to a question, in a state of the store.
  mutating func answer(_ question: Question, at version: [Int64]) -> Remembered? {
    if version != self.version {
      forget()
      self.version = version
    }
    return answers[question]
  }

  /// Keeps an answer, if it is small.
  mutating func keep(_ remembered: Remembered, to question: Question, at version: [Int64]) {
    guard version == self.version, case .bytes(let body) = remembered.response.body else { return }
    let size = body.count + remembered.response.head.count + question.query.count + 512
    guard size <= Self.mostOfOne else { return }
    if byteCount + size > Self.most { forget() }
    byteCount += size
    answers[question] = remembered
  }

  private mutating func forget() {
    answers.removeAll()
    byteCount = 0
  }
}
