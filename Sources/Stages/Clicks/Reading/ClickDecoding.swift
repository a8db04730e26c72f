// From a file's records to click records: the checks that need no other row (SPEC 10, Rows), the
// keys and the content's digest. One thread, one decoder.
import Pipeline
import Synchronization

/// How many bytes of rejected rows are still kept; shared by the threads.
final class RawAllowance: Sendable {
  private let left: Atomic<Int>

  init(_ bytes: Int) { left = Atomic(bytes) }

  /// Takes `count` bytes of it.
  ///
  /// - Returns: Whether there were as many left.
  func take(_ count: Int) -> Bool {
    let before = left.subtract(count, ordering: .relaxed).oldValue
    guard before >= count else {
      left.add(count, ordering: .relaxed)
      return false
    }
    return true
  }
}

/// Reads clicks into one thread's partitions.
struct ClickDecoder: ~Copyable {
  private let rules: ClickRules
  private let file: Int32
  private let takesUnplaced: Bool
  private let writer: ClickPartitionWriter
  private let allowance: RawAllowance
  private var bots = BotList()
  private var content = ClickContent()
  /// Rows read, of those that are this intake's business.
  private(set) var rows: Int64 = 0
  private(set) var rejects: [RejectedRow] = []

  /// A record is at most this long, and so is what is kept of it.
  private static let longestRaw = 1 << 20

  init(
    rules: ClickRules, file: Int32, takesUnplaced: Bool, writer: ClickPartitionWriter,
    allowance: RawAllowance
  ) {
    self.rules = rules
    self.file = file
    self.takesUnplaced = takesUnplaced
    self.writer = writer
    self.allowance = allowance
  }

  /// Takes a batch of records.
  mutating func take(_ batch: RecordBatch) throws {
    for row in 0..<batch.count { try take(batch, row) }
  }

  private mutating func take(_ batch: RecordBatch, _ row: Int) throws(ClickFault) {
    if let fault = batch.fault(row) {
      return reject(batch, row, Self.reason(of: fault), fault.column, fault.message)
    }
    let occurredAt = batch.field(row, ClickColumn.occurredAt.rawValue)
    guard occurredAt.form != .absent else { return rejectMissing(batch, row, .occurredAt) }
    let code = batch.field(row, ClickColumn.code.rawValue)
    guard code.form != .absent else { return rejectMissing(batch, row, .code) }
    guard let instant = InstantText.scan(occurredAt.bytes) else {
      return reject(
        batch, row, .badInstant, ClickColumn.occurredAt.name,
        "\(Self.shown(occurredAt.bytes)) is no instant; write it like 2026-03-31T12:00:00Z")
    }
    guard instant <= rules.asOf else {
      return reject(
        batch, row, .inFuture, ClickColumn.occurredAt.name,
        "\(Self.shown(occurredAt.bytes)) is after the run's instant; check the clock or the zone")
    }
    let ordinal = rules.table.ordinal(of: RawReader(code.bytes))
    guard ordinal >= 0 else {
      return reject(
        batch, row, .unknownCode, ClickColumn.code.name,
        "there is no code \(Self.shown(code.bytes)); register it and redrive the row")
    }
    let bucket = rules.codes[Int(ordinal)].bucket
    guard bucket >= 0 else { return }
    rows &+= 1
    try store(batch, row, instant: instant, code: ordinal, bucket: Int(bucket))
  }

  private mutating func store(
    _ batch: RecordBatch, _ row: Int, instant: Int64, code: Int32, bucket: Int
  ) throws(ClickFault) {
    var flags: ClickFlags = []
    var visitor = batch.field(row, ClickColumn.visitorID.rawValue)
    if visitor.form == .absent { visitor = batch.field(row, ClickColumn.fingerprint.rawValue) }
    var visitorKey = Key96(high: 0, low: 0)
    if visitor.form != .absent {
      flags.insert(.hasVisitor)
      visitorKey = Key96(ContentHash.digest(of: visitor.bytes))
    }
    let ip = batch.field(row, ClickColumn.ip.rawValue)
    var ipKey = Key96(high: 0, low: 0)
    if ip.form != .absent {
      flags.insert(.hasIP)
      ipKey = Key96(ContentHash.digest(of: ip.bytes, key: rules.ipKey))
    }
    let agent = batch.field(row, ClickColumn.userAgent.rawValue)
    if agent.form != .absent, bots.isBot(RawReader(agent.bytes)) { flags.insert(.isBot) }
    content.assemble(batch, row, instant: Instant(milliseconds: instant))
    let id = batch.field(row, ClickColumn.clickID.rawValue)
    let bytes = id.form == .absent ? RawReader.nothing : RawReader(id.bytes)
    let room = try writer.take(ClickRecord.size(idLength: bytes.count), bucket: bucket)
    ClickRecord.store(
      ClickValues(
        instant: instant, code: code,
        origin: RowOrigin(file: file, line: Int32(truncatingIfNeeded: batch.line(row))),
        flags: flags, visitor: visitorKey, ip: ipKey, content: content.digest),
      idLength: bytes.count, into: room)
    room.copy(bytes, at: ClickRecord.fixedSize)
  }

  /// Ends the reading of a file for now.
  func pause() { writer.pause() }

  // MARK: Rejects

  private static func reason(of fault: RecordFault) -> RejectReason {
    switch fault {
    case .badRow: .badRow
    case .badUTF8: .badUTF8
    }
  }

  private mutating func rejectMissing(_ batch: RecordBatch, _ row: Int, _ column: ClickColumn) {
    reject(
      batch, row, .missingField, column.name,
      "the row has no \(column.name); every click needs one")
  }

  @inline(never) private mutating func reject(
    _ batch: RecordBatch, _ row: Int, _ reason: RejectReason, _ column: String?, _ message: String
  ) {
    guard takesUnplaced else { return }
    rows += 1
    let raw = batch.raw(row)
    let keeps = raw.count <= Self.longestRaw && allowance.take(raw.count)
    rejects.append(
      RejectedRow(
        origin: RowOrigin(file: file, line: Int32(truncatingIfNeeded: batch.line(row))),
        column: column, reason: reason, message: message, raw: keeps ? raw.copied() : nil))
  }

  /// A value for a message: quoted, and cut where it is long.
  private static func shown(_ bytes: ByteView) -> String {
    guard bytes.count > 80 else { return "\"\(bytes.string())\"" }
    return "\"\(bytes.slice(from: 0, to: 80).string())…\""
  }
}

/// One thread's reading of a file: ranges until there are none left or one fails.
final class ClickReading: @unchecked Sendable {
  private(set) var rows: Int64 = 0
  private(set) var rejects: [RejectedRow] = []
  private(set) var fault: (any Error)?

  func run(
    _ source: RecordSource, _ ranges: [RecordRange], next: borrowing Atomic<Int>,
    decoder: consuming ClickDecoder
  ) {
    do {
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < ranges.count else { break }
        try source.read(ranges[place]) { batch in try decoder.take(batch) }
      }
    } catch {
      fault = error
    }
    decoder.pause()
    rows = decoder.rows
    rejects = decoder.rejects
  }
}
