// What earlier runs left behind, as the judging of a night's rows asks for it.
import Pipeline

/// Answers from the store, through one connection.
final class StoreHistory: NightHistory {
  private let database: Database
  private let content: Statement
  /// Kinds of which some row's content is known; on a first night nothing need be looked up.
  private let kindsWithContent: Set<Text>
  private let referral: Statement
  private let lead: Statement
  private let order: Statement
  private let payout: Statement
  private let programID: Statement
  private var programIDs: [Int64: ProgramID] = [:]
  private let fileByDigest: Statement
  private let fileByIdentity: Statement

  init(_ database: Database) throws {
    self.database = database
    kindsWithContent = try Self.kindsWithContent(database)
    content = try database.prepare("SELECT 1 FROM row_contents WHERE kind = ? AND digest = ?")
    referral = try database.prepare("SELECT program FROM referrals WHERE referral_id = ?")
    lead = try database.prepare("SELECT 1 FROM referrals WHERE program = ? AND lead_key = ?")
    order = try database.prepare(
      "SELECT program FROM conversion_rows WHERE program = ? AND order_id = ?")
    payout = try database.prepare("SELECT program FROM payouts WHERE payout_id = ?")
    programID = try database.prepare("SELECT program_id FROM programs WHERE no = ?")
    fileByDigest = try database.prepare(
      "SELECT 1 FROM files WHERE kind = ? AND profile = ? AND digest = ?")
    fileByIdentity = try database.prepare(
      "SELECT 1 FROM files WHERE kind = ? AND profile = ? AND device = ? AND inode = ? "
        + "AND bytes = ? AND modified = ? AND changed = ?")
  }

  private static func kindsWithContent(_ database: Database) throws -> Set<Text> {
    let any = try database.prepare("SELECT EXISTS (SELECT 1 FROM row_contents WHERE kind = ?)")
    var kinds: Set<Text> = []
    for kind in InputKind.allCases {
      try any.bind(text: Text(kind.rawValue), at: 1)
      if try any.step(), any.int(0) == 1 { kinds.insert(Text(kind.rawValue)) }
      any.reset()
    }
    return kinds
  }

  /// Runs a query for its first row.
  private func first<Value>(
    of statement: Statement, _ read: (Statement) throws -> Value
  ) throws -> Value? {
    defer { statement.reset() }
    return try statement.step() ? read(statement) : nil
  }

  func hasContent(_ kind: InputKind, _ digest: Digest128) throws -> Bool {
    let kind = Text(kind.rawValue)
    guard kindsWithContent.contains(kind) else { return false }
    try content.bind(text: kind, at: 1)
    try content.bind(digest: digest, at: 2)
    return try first(of: content) { _ in true } ?? false
  }

  func program(ofReferral id: ReferralID) throws -> ProgramOrdinal? {
    try referral.bind(text: id.text, at: 1)
    return try first(of: referral) { ProgramOrdinal(Int($0.int(0))) }
  }

  func hasLead(_ email: Digest128, in program: ProgramOrdinal) throws -> Bool {
    try lead.bind(int: Int64(program.index), at: 1)
    try lead.bind(digest: email, at: 2)
    return try first(of: lead) { _ in true } ?? false
  }

  func programs(havingOrder id: OrderID) throws -> [ProgramOrdinal] {
    // The index is by programme first; a look-up for each is cheaper than a second index.
    let all = try database.prepare("SELECT no FROM programs ORDER BY no")
    var found: [ProgramOrdinal] = []
    while try all.step() {
      let program = ProgramOrdinal(Int(all.int(0)))
      if try hasOrder(id, in: program) { found.append(program) }
    }
    return found
  }

  func hasOrder(_ id: OrderID, in program: ProgramOrdinal) throws -> Bool {
    try order.bind(int: Int64(program.index), at: 1)
    try order.bind(text: id.text, at: 2)
    return try first(of: order) { _ in true } ?? false
  }

  func orders(
    ofConversions ids: Set<Text>
  ) throws -> [Text: (program: ProgramOrdinal, order: OrderID)] {
    var wanted: [Digest128: Text] = [:]
    for id in ids { if let hash = conversionHash(id) { wanted[hash] = id } }
    var found: [Text: (program: ProgramOrdinal, order: OrderID)] = [:]
    // Those that wait for a decision first: they are what is named in practice.
    let isPending = StoreSchema.pendingCondition
    for condition in [isPending, "NOT (\(isPending))"] where !wanted.isEmpty {
      let candidates = try database.prepare(
        "SELECT program, order_id FROM conversion_rows WHERE \(condition)")
      defer { candidates.reset() }
      while try !wanted.isEmpty && candidates.step() {
        let program = candidates.int(0)
        let order = OrderID(candidates.text(1))
        guard let programID = try self.id(ofProgram: program) else { continue }
        let hash = conversionHash(program: programID, order: order)
        guard let id = wanted.removeValue(forKey: hash) else { continue }
        found[id] = (ProgramOrdinal(Int(program)), order)
      }
    }
    return found
  }

  private func id(ofProgram number: Int64) throws -> ProgramID? {
    if let id = programIDs[number] { return id }
    try programID.bind(int: number, at: 1)
    let id = try first(of: programID) { ProgramID($0.text(0)) }
    programIDs[number] = id
    return id
  }

  func program(ofPayout id: Text) throws -> ProgramOrdinal? {
    try payout.bind(text: id, at: 1)
    return try first(of: payout) { ProgramOrdinal(Int($0.int(0))) }
  }

  /// Whether a file of this content was ingested before (SPEC 10, Rows: identity).
  func hasFile(_ kind: InputKind, _ profile: String, _ digest: Digest128) throws -> Bool {
    try fileByDigest.bind(text: Text(kind.rawValue), at: 1)
    try fileByDigest.bind(text: Text(profile), at: 2)
    try fileByDigest.bind(digest: digest, at: 3)
    return try first(of: fileByDigest) { _ in true } ?? false
  }

  /// Whether this very file, untouched since, was ingested before.
  func hasFile(_ kind: InputKind, _ profile: String, _ facts: FileInformation) throws -> Bool {
    var cursor = ParameterCursor(fileByIdentity)
    try cursor.bind(Text(kind.rawValue))
    try cursor.bind(Text(profile))
    try cursor.bind(Int64(bitPattern: facts.device))
    try cursor.bind(Int64(bitPattern: facts.inode))
    try cursor.bind(facts.byteCount)
    try cursor.bind(facts.modifiedNanoseconds)
    try cursor.bind(facts.changedNanoseconds)
    return try first(of: fileByIdentity) { _ in true } ?? false
  }
}
