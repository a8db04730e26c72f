// `run.json`: what became of a run, in a few lines, for the program that started it.
public import Pipeline

/// The record of one run, committed or not.
///
/// It is the only output that may hold durations; `SHA256SUMS` leaves it out.
public struct RunRecord {
  public enum Status: String, Sendable {
    case committed, failed
    case nothingToDo = "nothing_to_do"
  }

  /// nil where the run took no number.
  public var run: String?
  public var asOf: Instant
  public var status: Status
  public var exitCode: Int32
  public var message: String
  /// How many new input files there were.
  public var files: Int64 = 0
  var fates = RowFates()
  public var durations: [(stage: String, milliseconds: Int64)] = []

  public init(run: String?, asOf: Instant, status: Status, exitCode: Int32, message: String) {
    self.run = run
    self.asOf = asOf
    self.status = status
    self.exitCode = exitCode
    self.message = message
  }

  /// The record of a run that is about to be committed.
  init(committed facts: ReportFacts, _ inputs: ReportInputs) {
    self.init(
      run: inputs.run.description, asOf: inputs.asOf, status: .committed,
      exitCode: ExitStatus.done.rawValue, message: "")
    files = Int64(facts.files.count)
    fates = facts.fates
    durations = inputs.durations
  }

  /// Writes the record as one JSON object.
  ///
  /// - Throws: What the sink throws.
  public func write(to sink: any ByteSink) throws {
    var json = JSONWriter(to: sink, layout: .indented)
    json.beginObject()
    json.member("run", run.map { Text($0) })
    json.member("as_of", asOf.printed)
    json.member("business_date", CivilDate(dayNumber: Int64(asOf.businessDay)).text)
    json.member("status", status.rawValue)
    json.member("exit_code", Int64(exitCode))
    json.member("message", message)
    json.member("files", files)
    json.key("rows")
    json.write(fates)
    json.key("durations_ms")
    json.beginObject()
    for (stage, milliseconds) in durations { json.member(stage, milliseconds) }
    json.endObject()
    json.endObject()
    try json.endLine()
    try json.finish()
  }
}

extension JSONWriter {
  /// Writes the fates of some rows as an object.
  mutating func write(_ fates: RowFates) {
    beginObject()
    member("rows", fates.rows)
    member("accepted", fates.accepted)
    member("duplicate", fates.duplicate)
    member("filtered", fates.filtered)
    member("rejected", fates.rejected)
    endObject()
  }
}
