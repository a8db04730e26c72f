// The records of a journal, as PostingJournal writes them: CSV with LF, quotes where needed.
import Pipeline

/// Splits a journal's bytes, which come in any pieces, into records.
struct JournalRecords {
  /// The cells of the record that was completed last, one after another.
  private(set) var bytes: [UInt8] = []
  /// Where each cell ends in `bytes`.
  private(set) var ends: [Int] = []
  /// The line on which the next record starts, from 1.
  private(set) var line = 1

  private var isComplete = false
  private var isQuoted = false
  /// Whether the byte before was a quote inside quotes: an end, or half of a doubled one.
  private var mayEndQuotes = false
  private var lineBreaks = 0

  /// How many cells the record has.
  var count: Int { ends.count }

  /// One cell's bytes.
  func cell(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// One cell as text.
  func text(_ index: Int) -> Text { Text(String(decoding: cell(index), as: UTF8.self)) }

  /// Whether a record has been begun and not completed.
  var isInside: Bool { !isComplete && (isQuoted || !bytes.isEmpty || !ends.isEmpty) }

  /// Takes the next byte.
  ///
  /// - Returns: Whether it completed a record.
  mutating func take(_ byte: UInt8) -> Bool {
    if isComplete { begin() }
    if mayEndQuotes {
      mayEndQuotes = false
      if byte == 0x22 {
        bytes.append(byte)
        return false
      }
      isQuoted = false
    }
    if byte == 0x0A { lineBreaks += 1 }
    if isQuoted {
      if byte == 0x22 { mayEndQuotes = true } else { bytes.append(byte) }
      return false
    }
    switch byte {
    case 0x22: isQuoted = true
    case 0x2C: ends.append(bytes.count)
    case 0x0A:
      ends.append(bytes.count)
      isComplete = true
    default: bytes.append(byte)
    }
    return isComplete
  }

  private mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isComplete = false
    line += lineBreaks
    lineBreaks = 0
  }
}
