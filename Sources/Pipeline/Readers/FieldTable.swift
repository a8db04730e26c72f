// The wanted fields of some records as one table: what a decoder of many rows loops over.

/// Where a field's bytes stand in a batch.
@frozen public struct FieldPlace: BitwiseCopyable, Sendable {
  @usableFromInline let start: UInt32
  @usableFromInline let bits: UInt32

  @inlinable static var absent: FieldPlace {
    FieldPlace(start: 0, count: 0, form: .absent, isAside: false)
  }

  /// - Parameter isAside: Whether the bytes stand in the batch's side buffer.
  @inlinable @inline(__always) init(start: Int, count: Int, form: FieldForm, isAside: Bool) {
    self.start = UInt32(truncatingIfNeeded: start)
    bits =
      UInt32(truncatingIfNeeded: count) | UInt32(form.rawValue) << 28 | (isAside ? 1 << 31 : 0)
  }

  @inlinable @inline(__always) var offset: Int { Int(start) }
  @inlinable @inline(__always) var count: Int { Int(bits & 0x0FFF_FFFF) }
  @inline(__always) var form: FieldForm { FieldForm(rawValue: UInt8(bits >> 28 & 7)) ?? .absent }
  @inlinable @inline(__always) var isAside: Bool { bits >> 31 == 1 }
  /// Whether there is no value.
  @inlinable @inline(__always) public var isAbsent: Bool { bits & 0x7000_0000 == 0 }
}

/// The wanted fields of some records, on loan from their batch.
@safe @frozen public struct FieldTable {
  /// The most records that a table is made of.
  @inlinable public static var mostRows: Int { 256 }

  // SAFETY: the batch that lends the table holds the memory; every place in it is inside the
  // batch's bytes or its side buffer.
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let side: UnsafePointer<UInt8>
  @usableFromInline let places: UnsafePointer<FieldPlace>
  @usableFromInline let columnCount: Int

  @inlinable @unsafe init(
    base: UnsafePointer<UInt8>, side: UnsafePointer<UInt8>, places: UnsafePointer<FieldPlace>,
    columnCount: Int
  ) {
    unsafe self.base = base
    unsafe self.side = side
    unsafe self.places = places
    self.columnCount = columnCount
  }

  /// The place of a field; rows count from the first of the table.
  @inlinable @inline(__always) public func place(_ row: Int, _ column: Int) -> FieldPlace {
    assert(row >= 0 && row < Self.mostRows && column >= 0 && column < columnCount)
    return unsafe places[column &* Self.mostRows &+ row]
  }

  /// The bytes at a place of this table; none where there is no value.
  @inlinable @inline(__always) public func bytes(_ place: FieldPlace) -> ByteView {
    let memory = unsafe place.isAside ? side : base
    return unsafe ByteView(base: memory + place.offset, count: place.count)
  }
}
