// A list of any length in pieces: what is in memory at once is a piece, and the rows' numbers.
import Pipeline

/// A JSON object whose last member is a list, written row by row.
final class StreamedList: AnswerPieces {
  private let numbers: [UInt32]
  private var place = 0
  private var isFirstRow = true
  private let head: String
  private let tail: String
  private let write: (UInt32, inout JSONWriter) throws -> Bool

  /// About this many bytes make a piece.
  private static let pieceBytes = 16 << 10

  /// - Parameters:
  ///   - head: All before the first row, such as `{"success":true,"rows":[`.
  ///   - write: Writes the row of a number as one value, or, where it does not belong here, nothing
  ///     and returns false.
  init(
    _ numbers: [UInt32], head: String, tail: String,
    write: @escaping (UInt32, inout JSONWriter) throws -> Bool
  ) {
    self.numbers = numbers
    self.head = head
    self.tail = tail
    self.write = write
  }

  func next() throws -> [UInt8]? {
    guard place <= numbers.count else { return nil }
    var piece: [UInt8] = place == 0 && isFirstRow ? Array(head.utf8) : []
    while place < numbers.count, piece.count < Self.pieceBytes {
      let buffer = ByteBuffer()
      var writer = JSONWriter(to: buffer)
      let isWritten = try write(numbers[place], &writer)
      try writer.finish()
      place += 1
      guard isWritten else { continue }
      if !isFirstRow { piece.append(UInt8(ascii: ",")) }
      isFirstRow = false
      piece.append(contentsOf: buffer.bytes)
    }
    if place == numbers.count {
      piece.append(contentsOf: tail.utf8)
      place += 1
    }
    return piece
  }
}
