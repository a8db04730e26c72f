// The click segment: one file per UTC day and run, written once and never changed.
//
// All numbers are little-endian. Version 1:
//
//     header     32 bytes: "RBCLICKS" · u32 version · i32 UTC day · 16 zero bytes
//     sections   of the blocks, one after the other, in order of the directory: of each block the
//                match section and the audit section (their columns: ClickBlock.swift)
//     directory  64 bytes a block, programmes in the order in which outputs list them:
//                i32 programme ordinal · u32 rows · u32 accepted · u32 rate-limited
//                u64 offset of the match section · u64 its bytes · u64 bytes of the audit section
//                u64 checksum of the match section · u64 checksum of the audit section · u64 0
//     trailer    48 bytes: u64 offset of the directory · u64 blocks · u64 rows
//                16 bytes digest of header, directory and the 24 bytes before · "SKCILCBR"
//
// A checksum is the first 64 bits of the content hash. The digest covers the checksums and so the
// whole file; the store lists it, with the file's size.
public import Pipeline

/// The numbers of the format.
enum ClickSegmentFormat {
  static let magic: UInt64 = 0x534B_4349_4C43_4252
  static let endMagic: UInt64 = 0x5242_434C_4943_4B53
  static let version: UInt32 = 1
  static let headerSize = 32
  static let entrySize = 64
  static let trailerSize = 48

  /// The header of a day's segment.
  static func header(day: Int32) -> OwnedBytes {
    OwnedBytes(count: headerSize) { room in
      room.store(magic, at: 0)
      room.store(version, at: 8)
      room.store(day, at: 12)
      room.store(UInt64(0), at: 16)
      room.store(UInt64(0), at: 24)
    }
  }

  /// The digest of a segment: of its header, its directory and the trailer's first 24 bytes.
  static func digest(header: OwnedBytes, directory: OwnedBytes, trailer: RawReader) -> Digest128 {
    var hash = ContentHash()
    header.withReader { hash.update($0.view) }
    directory.withReader { hash.update($0.view) }
    hash.update(trailer.slice(0, 24).view)
    return hash.finish()
  }

  static func checksum(_ bytes: OwnedBytes) -> UInt64 {
    bytes.withReader { ContentHash.digest(of: $0.view).high }
  }
}

/// A segment as the store lists it.
public struct ClickSegmentEntry: Hashable, Sendable {
  /// The UTC day; 0 is 1970-01-01.
  public var day: Int32
  /// Such as `2026-03-31.1`.
  public var run: String
  /// Relative to the workspace, such as `clicks/2026-03-31/2026-03-31.1.seg`.
  public var path: String
  public var rows: Int64
  public var digest: Digest128
  public var byteCount: Int64

  public init(
    day: Int32, run: String, path: String, rows: Int64, digest: Digest128, byteCount: Int64
  ) {
    self.day = day
    self.run = run
    self.path = path
    self.rows = rows
    self.digest = digest
    self.byteCount = byteCount
  }
}

/// A block as a segment's directory lists it.
struct ClickBlockEntry: Sendable {
  var program: ProgramOrdinal
  var rows: UInt32
  var accepted: UInt32
  var rateLimited: UInt32
  var offset: UInt64
  var matchBytes: UInt64
  var auditBytes: UInt64
  var matchChecksum: UInt64
  var auditChecksum: UInt64

  func store(into room: RawWriter, at offset: Int) {
    room.store(program.index, at: offset)
    room.store(rows, at: offset + 4)
    room.store(accepted, at: offset + 8)
    room.store(rateLimited, at: offset + 12)
    room.store(self.offset, at: offset + 16)
    room.store(matchBytes, at: offset + 24)
    room.store(auditBytes, at: offset + 32)
    room.store(matchChecksum, at: offset + 40)
    room.store(auditChecksum, at: offset + 48)
    room.store(UInt64(0), at: offset + 56)
  }
}

extension ClickBlockEntry {
  init(_ bytes: RawReader, at place: Int) {
    program = ProgramOrdinal(Int(bytes.word(place, as: Int32.self)))
    rows = bytes.word(place + 4, as: UInt32.self)
    accepted = bytes.word(place + 8, as: UInt32.self)
    rateLimited = bytes.word(place + 12, as: UInt32.self)
    offset = bytes.word(place + 16, as: UInt64.self)
    matchBytes = bytes.word(place + 24, as: UInt64.self)
    auditBytes = bytes.word(place + 32, as: UInt64.self)
    matchChecksum = bytes.word(place + 40, as: UInt64.self)
    auditChecksum = bytes.word(place + 48, as: UInt64.self)
  }
}
