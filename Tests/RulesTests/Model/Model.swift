// The model: the whole history of an engine in plain arrays and dictionaries, and one run of it.
// It is written from the rules alone, slowly and without cleverness, to judge the product by.

import Pipeline

struct Model {
  // What lasts.
  var programs: [Text: Program] = [:]
  var affiliates: [Text: Affiliate] = [:]
  var codes: [Text: Code] = [:]
  var clicks: [Click] = []
  var rateLimited: [Click] = []
  var filteredClicks: [ClickDay: Int] = [:]
  var orders: [OrderKey: Order] = [:]
  var referrals: [Referral] = []
  var rewards: [Reward] = []
  var payouts: [Payout] = []
  var upgrades: [Upgrade] = []
  var heldLevels: [Membership: Int] = [:]
  var lastClosed: [Text: Int64] = [:]
  var seenContents: [Kind: Set<Text>] = [:]
  var seenFiles: [(kind: Kind, bytes: [UInt8])] = []
  var runNames: [String] = []

  // What belongs to the run.
  var asOf: Int64 = 0
  var settings = Settings()
  var runNumber = 0
  /// Whether the run had anything to do.
  var isCommitted = true
  var pending: [PendingRow] = []
  /// The payouts that earlier runs made.
  var payoutsBefore: [Payout] = []
  /// The numbers of the payouts that stand in this run's payouts.csv.
  var emitted: [Int] = []
  var held: [Held] = []

  /// Performs one run, and returns what became of each file's rows; a file that was read before
  /// has none.
  mutating func run(_ night: Night, naming: Naming) -> [FileFacts] {
    let before = self
    begin(night)
    var facts: [FileFacts] = []
    let rows = readRows(night, naming, &facts)
    ingestRegistry(rows)
    ingestClicks(rows)
    ingestOrders(rows)
    ingestReferrals(rows)
    let changed = attribute()
    score(changed)
    commission(changed)
    decide(rows)
    applyRefunds(except: changed)
    settlePayouts(rows)
    makePayouts(rows)
    let tally = tallied(facts)
    if isIdle(since: before) { undo(to: before) }
    return tally
  }

  /// Whether the run would change nothing: no new file, nothing emitted, no period closed.
  private func isIdle(since before: Model) -> Bool {
    seenFiles.count == before.seenFiles.count && emitted.isEmpty && lastClosed == before.lastClosed
  }

  /// A run with nothing to do is not committed: it has no name, and as_of stays the last one's.
  private mutating func undo(to before: Model) {
    self = before
    isCommitted = false
    pending = []
    emitted = []
    held = []
  }

  private mutating func begin(_ night: Night) {
    asOf = night.asOf
    settings = night.settings
    runNumber += 1
    isCommitted = true
    pending = []
    payoutsBefore = payouts
    emitted = []
    held = []
    let date = CivilDate(days: day(of: asOf - 1)).text
    let earlier = runNames.count { $0.utf8.starts(with: date.utf8) }
    runNames.append("\(date).\(earlier + 1)")
  }

  /// Reads the files that were not read before, in the order of (digest, line).
  private mutating func readRows(
    _ night: Night, _ naming: Naming, _ facts: inout [FileFacts]
  ) -> [Row] {
    let rendered = night.files.map { $0.rendered(naming: naming) }
    let digests = rendered.map { sha256($0.bytes) }
    let order = night.files.indices.sorted { digests[$0].lexicographicallyPrecedes(digests[$1]) }
    facts = night.files.map { FileFacts(kind: $0.kind, name: $0.name) }
    var rows: [Row] = []
    for index in order {
      let file = night.files[index]
      let isSeen = seenFiles.contains { $0.kind == file.kind && $0.bytes == rendered[index].bytes }
      if isSeen { continue }
      seenFiles.append((kind: file.kind, bytes: rendered[index].bytes))
      for (row, line) in zip(file.rows, rendered[index].lines) {
        facts[index].rows += 1
        pending.append(PendingRow(file: index, line: line))
        if let row = read(row, file.kind, naming) { rows.append(row) }
      }
    }
    return rows
  }

  /// Reads the row that was put last on the pending list, or rejects it.
  private mutating func read(
    _ input: InputRow, _ kind: Kind, _ naming: Naming
  ) -> Row? {
    let index = pending.count - 1
    switch input {
    case .malformed(_, let reason): pending[index].fate = .rejected(reason)
    case .fields(let fields):
      switch RulesTests.read(fields, kind, index: index, naming: naming) {
      case .failure(let refusal): pending[index].fate = .rejected(refusal.reason)
      case .success(let row):
        guard let own = kind.ownInstant.flatMap({ row.instant($0) }), own > asOf else { return row }
        pending[index].fate = .rejected("in_future")
      }
    }
    return nil
  }

  /// Whether a row of this content was ever accepted or filtered.
  func isSeen(_ row: Row) -> Bool { seenContents[row.kind]?.contains(row.content) ?? false }

  /// Ends a row in its fate.
  mutating func settle(_ row: Row, _ fate: Fate) {
    pending[row.index].fate = fate
    switch fate {
    case .accepted, .filtered: seenContents[row.kind, default: []].insert(row.content)
    case .duplicate, .rejected: break
    }
  }

  private func tallied(_ files: [FileFacts]) -> [FileFacts] {
    var facts = files
    for row in pending {
      switch row.fate {
      case .accepted?: facts[row.file].accepted += 1
      case .duplicate?: facts[row.file].duplicate += 1
      case .filtered(let reason)?: facts[row.file].filtered[reason, default: 0] += 1
      case .rejected(let reason)?:
        facts[row.file].rejected[reason, default: 0] += 1
        facts[row.file].rejects.append((line: row.line, reason: reason))
      case nil: preconditionFailure("a row of \(facts[row.file].name) has no fate")
      }
    }
    return facts
  }

  /// Names for payouts and conversions where no product is at hand.
  var naming: Naming {
    let made = payouts.count
    return { what in
      switch what {
      case .payout(let number): return made == 0 ? "none" : "payout \(number % made)"
      case .conversion(let program, let order): return "conv_\(program)/\(order)"
      }
    }
  }
}
