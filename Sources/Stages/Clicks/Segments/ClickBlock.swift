// The clicks of one programme and one UTC day, in order of processing, as columns: what a night
// makes, what a segment holds and what attribution scans are the same bytes.
//
// All numbers are little-endian. The *match* section is what attribution reads:
//
//     u32 rows · u32 codes · u8 code width · u8 id width · u8 has visitors · u8 0 · u32 0
//     u64 bytes of ids
//     u32 × codes    ordinals of the codes that occur, ascending
//     u32 × rows     milliseconds of the day
//     code width × rows    place among the codes above (width 0, 1, 2 or 4; 0: all the first)
//     u8 × rows      bits 0–3 state, bit 6 has a visitor, bit 7 has an IP
//     12 × rows      first 96 bits of the visitor's key, or zeros (absent where none has one)
//     id width × rows      lengths of the click ids (width 0: none has one)
//     ids, one after the other
//
// The *audit* section is what judging later rows and explaining needs besides:
//
//     u32 rows · u32 files · u8 file width · u8 has IPs · u16 0 · u32 0
//     u32 × files    numbers of the files in the store
//     12 × rows      first 96 bits of the IP's key, or zeros (absent where none has one)
//     u64 × rows     digest of the content (ClickDigest.swift)
//     file width × rows    place among the files above
//     u32 × rows     line
//
// Two rows have the same content when instant, code, visitor, IP and click id are equal and the
// 64 bits are, which stand for the other fields.

/// Where the columns of a match section stand.
struct ClickMatchLayout: Sendable {
  static let headerSize = 24

  let rows: Int
  let codeCount: Int
  let codeWidth: Int
  let idWidth: Int
  let hasVisitors: Bool
  let idBytes: Int
  let times: Int
  let codes: Int
  let states: Int
  let visitors: Int
  let lengths: Int
  let ids: Int
  let size: Int

  init(rows: Int, codeCount: Int, codeWidth: Int, idWidth: Int, hasVisitors: Bool, idBytes: Int) {
    self.rows = rows
    self.codeCount = codeCount
    self.codeWidth = codeWidth
    self.idWidth = idWidth
    self.hasVisitors = hasVisitors
    self.idBytes = idBytes
    times = Self.headerSize + 4 * codeCount
    codes = times + 4 * rows
    states = codes + codeWidth * rows
    visitors = states + rows
    lengths = visitors + (hasVisitors ? 12 * rows : 0)
    ids = lengths + idWidth * rows
    size = ids + idBytes
  }

  /// The layout that a section's header states; nil where the section has another size.
  init?(_ bytes: RawReader) {
    guard bytes.count >= Self.headerSize else { return nil }
    let idBytes = bytes.word(16, as: UInt64.self)
    let widths: Set<UInt8> = [0, 1, 2, 4]
    guard idBytes <= UInt64(bytes.count), widths.contains(bytes.byte(8)),
      widths.contains(bytes.byte(9)), bytes.byte(10) <= 1
    else { return nil }
    self.init(
      rows: Int(bytes.word(0, as: UInt32.self)), codeCount: Int(bytes.word(4, as: UInt32.self)),
      codeWidth: Int(bytes.byte(8)), idWidth: Int(bytes.byte(9)),
      hasVisitors: bytes.byte(10) == 1, idBytes: Int(idBytes))
    guard size == bytes.count, rows == 0 || codeCount > 0 else { return nil }
  }

  func storeHeader(_ room: RawWriter) {
    room.store(UInt32(rows), at: 0)
    room.store(UInt32(codeCount), at: 4)
    room.store(UInt8(codeWidth), at: 8)
    room.store(UInt8(idWidth), at: 9)
    room.store(UInt8(hasVisitors ? 1 : 0), at: 10)
    room.store(UInt8(0), at: 11)
    room.store(UInt32(0), at: 12)
    room.store(UInt64(idBytes), at: 16)
  }
}

/// Where the columns of an audit section stand.
struct ClickAuditLayout: Sendable {
  static let headerSize = 16

  let rows: Int
  let fileCount: Int
  let fileWidth: Int
  let hasIPs: Bool
  let ips: Int
  let contents: Int
  let files: Int
  let lines: Int
  let size: Int

  init(rows: Int, fileCount: Int, hasIPs: Bool) {
    self.rows = rows
    self.fileCount = fileCount
    fileWidth = storedWidth(of: fileCount - 1)
    self.hasIPs = hasIPs
    ips = Self.headerSize + 4 * fileCount
    contents = ips + (hasIPs ? 12 * rows : 0)
    files = contents + 8 * rows
    lines = files + fileWidth * rows
    size = lines + 4 * rows
  }

  /// The layout that a section's header states; nil where the section has another size.
  init?(_ bytes: RawReader) {
    guard bytes.count >= Self.headerSize, bytes.byte(9) <= 1 else { return nil }
    self.init(
      rows: Int(bytes.word(0, as: UInt32.self)), fileCount: Int(bytes.word(4, as: UInt32.self)),
      hasIPs: bytes.byte(9) == 1)
    guard size == bytes.count, fileWidth == Int(bytes.byte(8)), rows == 0 || fileCount > 0
    else { return nil }
  }

  func storeHeader(_ room: RawWriter) {
    room.store(UInt32(rows), at: 0)
    room.store(UInt32(fileCount), at: 4)
    room.store(UInt8(fileWidth), at: 8)
    room.store(UInt8(hasIPs ? 1 : 0), at: 9)
    room.store(UInt16(0), at: 10)
    room.store(UInt32(0), at: 12)
  }
}

/// The match section of a block, with its columns.
public struct ClickMatches: Sendable {
  /// Bit 6 of a state: the click has a visitor; bit 7: it has an IP.
  static let visitorBit: UInt8 = 0x40
  static let ipBit: UInt8 = 0x80
  static let stateBits: UInt8 = 0x0F

  let bytes: OwnedBytes
  let layout: ClickMatchLayout
  let day: Int32

  init?(_ bytes: OwnedBytes, day: Int32) {
    guard let layout = bytes.withReader({ ClickMatchLayout($0) }) else { return nil }
    self.bytes = bytes
    self.layout = layout
    self.day = day
  }

  /// Lends the columns for the length of a call.
  @inline(__always) func withColumns<Result>(_ body: (Columns) -> Result) -> Result {
    bytes.withReader { body(Columns(bytes: $0, layout: layout, day: day)) }
  }

  /// The columns on loan for as long as somebody else keeps the block.
  @unsafe var unsafeColumns: Columns {
    unsafe Columns(bytes: bytes.unsafeReader, layout: layout, day: day)
  }

  /// The columns; they must not outlive the block.
  struct Columns {
    let bytes: RawReader
    let layout: ClickMatchLayout
    let midnight: Int64

    init(bytes: RawReader, layout: ClickMatchLayout, day: Int32) {
      self.bytes = bytes
      self.layout = layout
      midnight = Int64(day) * Instant.day
    }

    @inline(__always) func state(_ row: Int) -> UInt8 { bytes.byte(layout.states &+ row) }
    @inline(__always) func instant(_ row: Int) -> Int64 {
      midnight &+ Int64(bytes.word(layout.times &+ 4 &* row, as: UInt32.self))
    }
    /// Place of the row's code among the block's codes.
    @inline(__always) func codePlace(_ row: Int) -> Int {
      bytes.number(layout.codes &+ layout.codeWidth &* row, width: layout.codeWidth)
    }
    /// The ordinal of one of the block's codes.
    @inline(__always) func code(at place: Int) -> Int32 {
      bytes.word(ClickMatchLayout.headerSize &+ 4 &* place, as: Int32.self)
    }
    @inline(__always) func visitor(_ row: Int) -> Key96 {
      bytes.key(layout.visitors &+ 12 &* row)
    }
    @inline(__always) func idLength(_ row: Int) -> Int {
      bytes.number(layout.lengths &+ layout.idWidth &* row, width: layout.idWidth)
    }
    /// Bytes of the ids of some rows.
    func idBytes(_ rows: Range<Int>) -> Int {
      let width = layout.idWidth
      guard width == 1 else { return rows.reduce(0) { $0 &+ idLength($1) } }
      let lengths = bytes.slice(layout.lengths &+ rows.lowerBound, rows.count)
      return (0..<rows.count).reduce(0) { $0 &+ Int(lengths.byte($1)) }
    }
    /// An id by its place among the bytes of ids.
    @inline(__always) func id(offset: Int, length: Int) -> RawReader {
      bytes.slice(layout.ids &+ offset, length)
    }
  }
}

/// The audit section of a block, with its columns.
struct ClickAudit: Sendable {
  let bytes: OwnedBytes
  let layout: ClickAuditLayout

  init?(_ bytes: OwnedBytes) {
    guard let layout = bytes.withReader({ ClickAuditLayout($0) }) else { return nil }
    self.bytes = bytes
    self.layout = layout
  }

  func ip(_ row: Int) -> Key96 { bytes.withReader { Columns(bytes: $0, layout: layout).ip(row) } }
  func content(_ row: Int) -> UInt64 {
    bytes.withReader { Columns(bytes: $0, layout: layout).content(row) }
  }
  func origin(_ row: Int) -> StoredOrigin {
    bytes.withReader { reader in
      let place = reader.number(layout.files + layout.fileWidth * row, width: layout.fileWidth)
      return StoredOrigin(
        file: Int64(reader.word(ClickAuditLayout.headerSize + 4 * place, as: UInt32.self)),
        line: reader.word(layout.lines + 4 * row, as: Int32.self))
    }
  }
}

extension ClickAudit {
  /// The columns on loan for as long as somebody else keeps the block.
  @unsafe var unsafeColumns: Columns { unsafe Columns(bytes: bytes.unsafeReader, layout: layout) }

  /// The columns; they must not outlive the block.
  struct Columns {
    let bytes: RawReader
    let layout: ClickAuditLayout

    @inline(__always) func ip(_ row: Int) -> Key96 { bytes.key(layout.ips &+ 12 &* row) }
    @inline(__always) func content(_ row: Int) -> UInt64 {
      bytes.word(layout.contents &+ 8 &* row, as: UInt64.self)
    }
  }
}

/// The stored clicks of one programme and UTC day of one run.
struct ClickBlock: Sendable {
  let program: ProgramOrdinal
  let day: Int32
  /// How many of the rows are accepted, and how many rate-limited.
  let accepted: Int
  let rateLimited: Int
  let matches: ClickMatches
  let audit: ClickAudit

  var rows: Int { matches.layout.rows }
}
