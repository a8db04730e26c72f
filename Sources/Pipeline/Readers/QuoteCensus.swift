// Counts line feeds and quote marks in a block of CSV, and tells whether the marks are where
// RFC 4180 wants them, before it is known whether the block begins inside a quoted cell.

internal import CByteMask

/// What a survey keeps of a block of a CSV or JSONL file.
struct QuoteCensus: Equatable, Sendable {
  /// The line feeds in it, inside quoted cells or not.
  var lineFeeds = 0
  /// The quote marks in it.
  var quotes = 0
  /// Whether each mark is well placed if the block begins outside a quoted cell.
  var isCleanOutside = true
  /// Whether each mark is well placed if the block begins inside a quoted cell.
  var isCleanQuoted = true
  /// The last two bytes up to the end of the block, the last one in the low byte.
  var lastTwo: UInt16

  /// Looks through `bytes`.
  ///
  /// - Parameters:
  ///   - lastTwo: The two bytes before the block, LF for those before the content.
  ///   - delimiter: What separates cells; nil counts line feeds only.
  /// - Precondition: 64 more bytes can be read behind the view, whatever they are.
  init(_ bytes: ByteView, lastTwo: UInt16, delimiter: UInt8?) {
    self.lastTwo = lastTwo
    for offset in max(0, bytes.count - 2)..<bytes.count {
      self.lastTwo = self.lastTwo << 8 | UInt16(bytes[offset])
    }
    guard let delimiter else {
      lineFeeds = bytes.occurrences(of: lineFeed)
      return
    }
    let check = CellMasks.with(delimiter: delimiter) { masks in
      QuoteCheck(bytes, lastTwo: lastTwo, masks)
    }
    lineFeeds = check.lineFeeds
    quotes = check.quotes
    isCleanOutside = check.badOutside == 0
    isCleanQuoted = check.badQuoted == 0
  }

  /// Where a block stands that begins outside quoted cells, by the two bytes before it.
  static func placeOutside(lastTwo: UInt16, delimiter: UInt8) -> CSVRecordEnd.Place {
    let last = UInt8(truncatingIfNeeded: lastTwo)
    if last == lineFeed { return .recordStart }
    if last == delimiter { return .cellStart }
    if last == quoteMark { return .quoteInQuoted }
    let isReturn = last == carriageReturn && UInt8(lastTwo >> 8) == quoteMark
    return isReturn ? .returnAfterQuote : .unquoted
  }
}

/// The check of 64 bytes after 64 bytes, for both guesses at once.
///
/// An opening mark must follow a delimiter, a line feed or a mark; a closing one must be followed
/// by a delimiter, a line feed, CR LF or a mark. Guessing wrong swaps opening and closing.
private struct QuoteCheck {
  var lineFeeds = 0
  var quotes = 0
  var badOutside: UInt64 = 0
  var badQuoted: UInt64 = 0
  private var inside: UInt64 = 0
  private var preceded: UInt64
  private var closedOutside: UInt64
  private var closedQuoted: UInt64 = 0
  private var returnedOutside: UInt64
  private var returnedQuoted: UInt64 = 0

  init(_ bytes: ByteView, lastTwo: UInt16, _ masks: CellMasks) {
    let place = QuoteCensus.placeOutside(lastTwo: lastTwo, delimiter: masks.delimiter)
    preceded = place == .unquoted || place == .returnAfterQuote ? 0 : 1
    closedOutside = place == .quoteInQuoted ? 1 : 0
    returnedOutside = place == .returnAfterQuote ? 1 : 0
    var masks = masks
    var offset = 0
    while offset < bytes.count {
      let left = bytes.count &- offset
      // SAFETY: the caller promises 64 readable bytes behind the view.
      let found = unsafe masks.take(bytes.base + offset, of: (left &+ 63) >> 6)
      let valid: UInt64 = left >= 64 ? .max : (1 << UInt64(left)) &- 1
      unsafe take(found, valid: valid, at: bytes.base + offset)
      offset &+= 64
    }
  }

  private var returned: UInt64 { returnedOutside | returnedQuoted }

  @inline(__always) @unsafe private mutating func take(
    _ found: cell_masks, valid: UInt64, at pointer: UnsafePointer<UInt8>
  ) {
    let marks = found.marks & valid
    let feeds = found.feeds & valid
    lineFeeds &+= feeds.nonzeroBitCount
    if marks == 0, closedOutside | closedQuoted | returned == 0, valid == .max {
      // No mark, and none before: only the last byte bears on what follows.
      preceded = (found.delimiters | feeds) >> 63
      return
    }
    let neighbours = (found.delimiters & valid) | feeds | marks
    quotes &+= marks.nonzeroBitCount
    let within = found.quoted ^ inside
    inside = UInt64(bitPattern: Int64(bitPattern: within) >> 63)
    let first = marks & within
    let second = marks & ~within
    let unpreceded = ~(neighbours << 1 | preceded)
    preceded = neighbours >> 63
    badOutside |= first & unpreceded
    badQuoted |= second & unpreceded
    let oddOutside = (second << 1 | closedOutside) & ~neighbours & valid
    let oddQuoted = (first << 1 | closedQuoted) & ~neighbours & valid
    closedOutside = second >> 63
    closedQuoted = first >> 63
    let needsOutside = badOutside == 0 && oddOutside | returnedOutside != 0
    let needsQuoted = badQuoted == 0 && oddQuoted | returnedQuoted != 0
    guard needsOutside || needsQuoted else { return }
    let returns = unsafe ByteBlock(pointer).mask(of: carriageReturn) & valid
    let noFeed = ~feeds & valid
    badOutside |= oddOutside & ~returns
    badOutside |= ((oddOutside & returns) << 1 | returnedOutside) & noFeed
    badQuoted |= oddQuoted & ~returns
    badQuoted |= ((oddQuoted & returns) << 1 | returnedQuoted) & noFeed
    returnedOutside = (oddOutside & returns) >> 63
    returnedQuoted = (oddQuoted & returns) >> 63
  }
}
