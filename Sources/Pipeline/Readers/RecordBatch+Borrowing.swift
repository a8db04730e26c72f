// Whole columns that read the same before and after they are rewritten: nearly all cells of nearly
// all files. They are borrowed in plain loops; what cannot be is left to the mapper, cell by cell.

/// A record on its way from a batch to the one that it is rewritten into.
public struct MappedRow: BitwiseCopyable, Sendable {
  /// Its row in the table of fields.
  public var row: Int32
  /// Its row in the target.
  public var target: Int32
  /// How many digits after the point its currency has.
  public var fractionDigits: Int32

  /// Puts them together.
  public init(row: Int, target: Int, fractionDigits: Int) {
    self.row = Int32(truncatingIfNeeded: row)
    self.target = Int32(truncatingIfNeeded: target)
    self.fractionDigits = Int32(truncatingIfNeeded: fractionDigits)
  }
}

/// What a cell must be to be borrowed.
public enum BorrowedForm: Sendable {
  /// Any text without white space around it.
  case text
  /// An RFC 3339 instant.
  case instant
  /// Digits, and perhaps a point with as many digits behind it as the currency has.
  case amount
}

extension RecordBatch {
  /// Borrows a column of some good records as it stands.
  ///
  /// - Parameters:
  ///   - source: The column's place in the table.
  ///   - rest: Receives the places in `rows` of the cells that have a value and cannot be borrowed.
  public func borrow(
    _ column: Int, from table: FieldTable, _ source: Int, as form: BorrowedForm,
    rows list: [MappedRow], rest: inout [Int]
  ) {
    for (number, mapped) in list.enumerated() {
      let record = rows[Int(mapped.target)]
      guard record.firstCell != .max else { continue }
      let place = table.place(Int(mapped.row), source)
      guard !place.isAbsent else { continue }
      guard !place.isAside, place.form == .text,
        Self.canBorrow(table.bytes(place), form, mapped)
      else {
        rest.append(number)
        continue
      }
      fields[Int(record.firstCell) &+ column] = place
    }
  }

  @inline(__always) private static func canBorrow(
    _ bytes: ByteView, _ form: BorrowedForm, _ mapped: MappedRow
  ) -> Bool {
    switch form {
    case .text:
      let first = bytes[0]
      let last = bytes[bytes.count &- 1]
      // White space, or the first and last byte of a no-break space.
      return first > 0x20 && last > 0x20 && first != 0xC2 && last != 0xA0
    case .instant: return InstantText.scan(bytes) != nil
    case .amount: return isPlainAmount(bytes, fraction: Int(mapped.fractionDigits))
    }
  }

  /// Whether the bytes are at most 18 digits with at most one point, which digits surround.
  @inline(__always) public static func isPlainAmount(_ bytes: ByteView, fraction: Int) -> Bool {
    guard bytes.count <= 18, bytes.count > 0 else { return false }
    var point = -1
    for place in 0..<bytes.count {
      let byte = bytes[place]
      if byte &- 0x30 < 10 { continue }
      guard byte == 0x2E, point < 0, place > 0 else { return false }
      point = place
    }
    guard point >= 0 else { return true }
    let behind = bytes.count &- point &- 1
    return behind > 0 && behind <= fraction
  }
}
