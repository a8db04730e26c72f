// What a connection gives its client: heads, bodies and pieces, as fast as they are taken.

extension HTTPConnection {
  /// The bytes to write next; empty when there is nothing to write now.
  func nextOutput() -> ArraySlice<UInt8> {
    while outputStart == output.count {
      output.removeAll(keepingCapacity: output.capacity <= 2 * limits.outputBlock)
      outputStart = 0
      if let body = longBody {
        longBody = nil
        output = body
      } else if !takePiece() {
        break
      }
    }
    return output[outputStart...]
  }

  /// Puts the next piece of a body into the empty output.
  private func takePiece() -> Bool {
    guard let pieces else { return false }
    do {
      guard let piece = try pieces.next() else {
        self.pieces = nil
        if piecesAreChunked { output.append(contentsOf: "0\r\n\r\n".utf8) }
        return piecesAreChunked
      }
      guard piecesAreChunked else {
        output = piece
        return true
      }
      guard !piece.isEmpty else { return true }
      output.append(contentsOf: String(piece.count, radix: 16).utf8)
      output.append(contentsOf: "\r\n".utf8)
      output.append(contentsOf: piece)
      output.append(contentsOf: "\r\n".utf8)
      return true
    } catch {
      // Without the last chunk the client knows that the body is not whole.
      abort()
      return false
    }
  }

  /// The client has taken so many bytes of ``nextOutput()``.
  func wrote(_ count: Int, now: Int64, date: () -> [UInt8]) {
    outputStart += count
    lastActivity = now
    if outputStart == output.count { writeDeadline = now + limits.writeDeadline }
    guard !hasOutput else { return }
    output.removeAll(keepingCapacity: output.capacity <= 16_384)
    outputStart = 0
    writeDeadline = .max
    if closesAfterOutput {
      beginLingering(now)
    } else {
      if !isPaused { proceed(now, date) }
      if inputEnded, !hasOutput, !isPaused { phase = .finished }
    }
  }
}
