// From a file's records to click records: the checks that need no other row (SPEC 10, Rows), the
// keys and the content's digest. One thread, one decoder.
import Pipeline
import Synchronization

/// Why a row is rejected.
private struct RowProblem {
  var reason: RejectReason
  var column: String?
  var message: String

  init(reason: RejectReason, column: String?, message: String) {
    self.reason = reason
    self.column = column
    self.message = message
  }

  init(_ reason: RejectReason, _ column: ClickColumn, _ message: String) {
    self.init(reason: reason, column: column.name, message: message)
  }

  init(missing column: ClickColumn) {
    self.init(.missingField, column, "the row has no \(column.name); every click needs one")
  }
}

/// Reads clicks into one thread's partitions.
struct ClickDecoder: ~Copyable {
  private let rules: ClickRules
  private let file: Int32
  private let takesUnplaced: Bool
  private let writer: ClickPartitionWriter
  private let allowance: RejectAllowance
  private let digest: ClickDigest
  private var instants = InstantReader()
  private var bots = BotList()
  private var traffic: TrafficNumbers
  /// Rows read, of those that are this intake's business.
  private(set) var rows: Int64 = 0
  private(set) var rejects = RejectedRows()
  /// Records that a profile does not take in.
  private(set) var setAside: [SetAsideRecord] = []
  /// Of the rows at hand.
  private var located: [Located] = []

  /// What the first two loops over some rows find of one.
  private struct Located {
    var probe = CodeTable.Probe()
    var instant: Int64 = 0
    var code: Int32 = -1
    /// −1 where the row goes nowhere, for whatever reason.
    var bucket: Int32 = -1
    /// What the page is looked up by; 0 where there is none.
    var pageHash: UInt64 = 0
    /// The numbers of source and page; −1 where the names must be looked at.
    var source: Int32 = 0
    var page: Int32 = 0
    /// What the fields of the traffic weigh in the content's digest.
    var trafficFields: UInt64 = 0

    /// The bucket of a row whose code is still to be looked up.
    static let pending: Int32 = -2
  }

  /// A record is at most this long, and so is what is kept of it.
  private static let longestRaw = 1 << 20

  init(
    rules: ClickRules, file: Int32, takesUnplaced: Bool, writer: ClickPartitionWriter,
    allowance: RejectAllowance, traffic: TrafficBook
  ) {
    self.rules = rules
    self.file = file
    self.takesUnplaced = takesUnplaced
    self.writer = writer
    self.allowance = allowance
    digest = ClickDigest(key: rules.ipKey)
    self.traffic = TrafficNumbers(book: traffic, seed: rules.tableSeed)
  }

  /// Takes a batch of records, a stretch of rows at a time.
  mutating func take(_ batch: RecordBatch) throws(ClickFault) {
    if takesUnplaced, !batch.setAside.isEmpty { setAside.append(contentsOf: batch.setAside) }
    var start = 0
    while start < batch.count {
      let end = min(start + FieldTable.mostRows, batch.count)
      try take(batch, start..<end)
      start = end
    }
  }

  /// Takes some rows in loops of their own: that which looks codes up and that which looks pages up
  /// do nothing else, so that the misses of those tables, of which there is one a row, overlap.
  private mutating func take(_ batch: RecordBatch, _ range: Range<Int>) throws(ClickFault) {
    let table = batch.layOut(range)
    located.removeAll(keepingCapacity: true)
    for row in 0..<range.count { located.append(locate(table, row)) }
    for place in located.indices where located[place].bucket == Located.pending {
      let found = rules.table.find(located[place].probe)
      located[place].code = found.ordinal
      located[place].bucket = found.bucket
    }
    for row in located.indices where located[row].bucket >= 0 {
      let found = arrival(table, row)
      located[row].trafficFields = found.fields
      located[row].source = traffic.source(of: found.names)
      located[row].pageHash = traffic.pageHash(of: found.names)
    }
    for row in located.indices where located[row].pageHash != 0 {
      located[row].page = traffic.page(located[row].pageHash)
    }
    for row in 0..<range.count {
      let place = located[row]
      if place.bucket >= 0 {
        rows &+= 1
        let line = Int32(truncatingIfNeeded: batch.line(range.lowerBound &+ row))
        try store(table, row, place, line: line)
      } else if let problem = problem(batch, range.lowerBound + row) {
        reject(batch, range.lowerBound + row, problem)
      }
    }
  }

  /// What a row says of instant and code; without a bucket where anything is wrong. A faulty row
  /// has no fields.
  @inline(__always) private mutating func locate(_ table: FieldTable, _ row: Int) -> Located {
    let occurredAt = table.place(row, ClickColumn.occurredAt.rawValue)
    let code = table.place(row, ClickColumn.code.rawValue)
    guard !occurredAt.isAbsent, !code.isAbsent,
      let instant = instants.scan(table.bytes(occurredAt)), instant <= rules.asOf
    else { return Located() }
    let probe = rules.table.probe(RawReader(table.bytes(code)))
    return Located(probe: probe, instant: instant, bucket: Located.pending)
  }

  /// The first check that a row fails (SPEC 10, Rows); nil where it is another shard's.
  private func problem(_ batch: RecordBatch, _ row: Int) -> RowProblem? {
    if let fault = batch.fault(row) {
      return RowProblem(
        reason: Self.reason(of: fault), column: fault.column, message: fault.message)
    }
    let occurredAt = batch.field(row, ClickColumn.occurredAt.rawValue)
    let code = batch.field(row, ClickColumn.code.rawValue)
    if occurredAt.form == .absent { return RowProblem(missing: .occurredAt) }
    if code.form == .absent { return RowProblem(missing: .code) }
    let shownInstant = Self.shown(occurredAt.bytes)
    guard let instant = InstantText.scan(occurredAt.bytes) else {
      return RowProblem(
        .badInstant, .occurredAt,
        "\(shownInstant) is no instant; write it like 2026-03-31T12:00:00Z")
    }
    guard instant <= rules.asOf else {
      return RowProblem(
        .inFuture, .occurredAt,
        "\(shownInstant) is after the run's instant; check the clock or the zone")
    }
    guard rules.table.find(rules.table.probe(RawReader(code.bytes))).ordinal < 0 else { return nil }
    return RowProblem(
      .unknownCode, .code,
      "there is no code \(Self.shown(code.bytes)); register it and redrive the row")
  }

  @inline(__always) private mutating func store(
    _ table: FieldTable, _ row: Int, _ place: Located, line: Int32
  ) throws(ClickFault) {
    var values = ClickValues(
      instant: place.instant, code: place.code, origin: RowOrigin(file: file, line: line),
      flags: [], visitor: Key96(high: 0, low: 0), ip: Key96(high: 0, low: 0), content: 0)
    var fields = takeKeys(table, row, &values)
    let agent = table.place(row, ClickColumn.userAgent.rawValue)
    if !agent.isAbsent {
      let bytes = RawReader(table.bytes(agent))
      let hash = digest.field(ClickColumn.userAgent.rawValue, bytes)
      fields &+= hash
      if bots.isBot(bytes, hash: hash) { values.flags.insert(.isBot) }
    }
    fields &+= place.trafficFields
    var mark = TrafficMark.none
    if place.source | place.page >= 0 {
      mark.word = TrafficMark.word(source: place.source, page: place.page)
    } else {
      mark = traffic.mark(arrival(table, row).names)
    }
    if mark.word != 0 { values.flags.insert(.hasTraffic) }
    var id = RawReader.nothing
    let clickID = table.place(row, ClickColumn.clickID.rawValue)
    if !clickID.isAbsent {
      id = RawReader(table.bytes(clickID))
      fields &+= digest.field(ClickColumn.clickID.rawValue, id)
    }
    values.content = digest.content(fields: fields, instant: place.instant, code: place.code)
    try writer.append(values, id: id, traffic: mark, bucket: Int(place.bucket))
  }

  /// What a row says of source and page, and what these fields and their neighbours weigh in the
  /// content's digest.
  @inline(__always) private func arrival(
    _ table: FieldTable, _ row: Int
  ) -> (names: ArrivalNames, fields: UInt64) {
    var fields: UInt64 = 0
    @inline(__always) func take(_ column: ClickColumn) -> (bytes: RawReader, hash: UInt64) {
      let field = table.place(row, column.rawValue)
      guard !field.isAbsent else { return (.nothing, 0) }
      let bytes = RawReader(table.bytes(field))
      let hash = digest.field(column.rawValue, bytes)
      fields &+= hash
      return (bytes, hash)
    }
    let landing = take(.landingPage).bytes
    let referrer = take(.referrer)
    let source = take(.utmSource)
    _ = take(.utmMedium)
    _ = take(.utmCampaign)
    return (
      ArrivalNames(
        source: source.bytes, referrer: referrer.bytes,
        hash: source.bytes.count > 0 ? source.hash : referrer.hash,
        page: landing.count > 0 ? TrafficText.page(landing) : .nothing), fields
    )
  }

  /// Takes visitor and IP.
  ///
  /// - Returns: The sum of the hashes of the fields taken.
  @inline(__always) private func takeKeys(
    _ table: FieldTable, _ row: Int, _ values: inout ClickValues
  ) -> UInt64 {
    var fields: UInt64 = 0
    let visitor = table.place(row, ClickColumn.visitorID.rawValue)
    let fingerprint = table.place(row, ClickColumn.fingerprint.rawValue)
    if !fingerprint.isAbsent {
      let key = ContentHash.digest(of: table.bytes(fingerprint))
      fields &+= digest.field(ClickColumn.fingerprint.rawValue, key)
      values.flags.insert(.hasVisitor)
      values.visitor = Key96(key)
    }
    if !visitor.isAbsent {
      let key = ContentHash.digest(of: table.bytes(visitor))
      fields &+= digest.field(ClickColumn.visitorID.rawValue, key)
      values.flags.insert(.hasVisitor)
      values.visitor = Key96(key)
    }
    let ip = table.place(row, ClickColumn.ip.rawValue)
    if !ip.isAbsent {
      let key = ContentHash.digest(of: table.bytes(ip), key: rules.ipKey)
      fields &+= digest.field(ClickColumn.ip.rawValue, key)
      values.flags.insert(.hasIP)
      values.ip = Key96(key)
    }
    return fields
  }

  /// Ends the reading of a file for now.
  func pause() { writer.pause() }

  // MARK: Rejects

  private static func reason(of fault: RecordFault) -> RejectReason {
    switch fault {
    case .badRow: .badRow
    case .badUTF8: .badUTF8
    case .badValue(let reason, _, _): RejectReason(rawValue: reason) ?? .badValue
    }
  }

  @inline(never) private mutating func reject(
    _ batch: RecordBatch, _ row: Int, _ problem: RowProblem
  ) {
    guard takesUnplaced else { return }
    rows += 1
    rejects.append(problem.reason, by: allowance) { [file, allowance] in
      let raw = batch.raw(row)
      let keeps = raw.count <= Self.longestRaw && allowance.take(bytes: raw.count)
      return RejectedRow(
        origin: RowOrigin(file: file, line: Int32(truncatingIfNeeded: batch.line(row))),
        column: problem.column.map { batch.isMapped ? batch.nameInFile($0) : $0 },
        reason: problem.reason, message: problem.message,
        raw: keeps ? raw.copied() : nil)
    }
  }

  /// A value for a message: quoted, and cut where it is long.
  private static func shown(_ bytes: ByteView) -> String {
    guard bytes.count > 80 else { return "\"\(bytes.string())\"" }
    return "\"\(bytes.slice(from: 0, to: 80).string())…\""
  }
}

/// One thread's reading of a file: ranges until there are none left or one fails.
///
/// SAFETY: sendable, as one thread runs it, and others ask what came of it only after all have ended.
final class ClickReading: @unchecked Sendable {
  private(set) var rows: Int64 = 0
  var rejects = RejectedRows()
  private(set) var setAside: [SetAsideRecord] = []
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
    setAside = decoder.setAside
  }
}
