// The click rules once more, as plainly as they can be written: what the product is compared with.
import Pipeline

@testable import Stages

/// All clicks ever taken, in arrays.
struct ClickModel {
  struct Stored: Hashable {
    var click: TestClick
    var instant: Instant
    var content: [UInt8]
    var code: CodeOrdinal
    var program: ProgramOrdinal
    var fate: Fate
    var origin: StoredOrigin
  }

  struct Night {
    var fates = FateTally()
    var stored: [Stored] = []
  }

  let registry: Registry
  let asOf: Instant
  private(set) var stored: [Stored] = []
  private var nights = 0

  init(_ registry: Registry, asOf: Instant) {
    self.registry = registry
    self.asOf = asOf
  }

  /// A row that has a code and an instant.
  private struct Candidate {
    var row: Stored
    var origin: RowOrigin
  }

  mutating func night(_ files: [[TestClick]]) -> Night {
    nights += 1
    var night = Night()
    var candidates: [Candidate] = []
    for (file, clicks) in files.enumerated() {
      for (place, click) in clicks.enumerated() {
        let origin = RowOrigin(file: Int32(file), line: Int32(place + 2))
        night.fates.countRead(file: origin.file)
        switch read(click, origin) {
        case .failure(let reason): night.fates.count(.rejected(reason.reason), file: origin.file)
        case .success(let candidate): candidates.append(candidate)
        }
      }
    }
    candidates.sort { left, right in
      if left.row.instant != right.row.instant { return left.row.instant < right.row.instant }
      if left.row.click.id != right.row.click.id
        || Text(left.row.click.id) != Text(right.row.click.id)
      {
        return Text(left.row.click.id) < Text(right.row.click.id)
      }
      if left.row.content != right.row.content {
        return left.row.content.lexicographicallyPrecedes(right.row.content)
      }
      return left.origin < right.origin
    }
    for candidate in candidates {
      let fate = judge(candidate.row)
      night.fates.count(fate, file: candidate.origin.file)
      guard fate != .duplicate else { continue }
      var row = candidate.row
      row.fate = fate
      night.stored.append(row)
      stored.append(row)
    }
    return night
  }

  private struct Failure: Error { var reason: RejectReason }

  private func read(_ click: TestClick, _ origin: RowOrigin) -> Result<Candidate, Failure> {
    guard !click.at.isEmpty, !click.code.isEmpty else {
      return .failure(Failure(reason: .missingField))
    }
    guard let milliseconds = ByteView.withBytes(of: click.at, { InstantText.scan($0) })
    else { return .failure(Failure(reason: .badInstant)) }
    let instant = Instant(milliseconds: milliseconds)
    guard instant <= asOf else { return .failure(Failure(reason: .inFuture)) }
    guard let code = registry.code(Code(Text(click.code))) else {
      return .failure(Failure(reason: .unknownCode))
    }
    return .success(
      Candidate(
        row: Stored(
          click: click, instant: instant, content: content(click, instant), code: code,
          program: registry[code].program, fate: .accepted,
          origin: StoredOrigin(file: Int64(nights * 100) + Int64(origin.file), line: origin.line)),
        origin: origin))
  }

  private func content(_ click: TestClick, _ instant: Instant) -> [UInt8] {
    let fields = [
      ("click_id", click.id), ("code", click.code), ("fingerprint", click.fingerprint),
      ("ip", click.ip), ("landing_page", click.page), ("occurred_at", "\(instant.milliseconds)"),
      ("user_agent", click.agent), ("visitor_id", click.visitor),
    ].filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1)" }
    return Array(fields.joined(separator: "\u{1F}").utf8)
  }

  private func judge(_ row: Stored) -> Fate {
    if stored.contains(where: { $0.content == row.content }) { return .duplicate }
    let code = registry[row.code]
    if registry[code.affiliate].status != .active { return .filtered(.affiliateInactive) }
    if registry[row.program].isPaused(at: row.instant) { return .filtered(.programPaused) }
    if !code.isActive { return .filtered(.codeInactive) }
    if let expiry = code.expiresAt, row.instant >= expiry { return .filtered(.codeExpired) }
    let agent = row.click.agent.lowercased()
    if BotList.words.contains(where: { agent.contains($0) }) { return .filtered(.bot) }
    if stored.contains(where: { claims($0) && isSame($0, row) }) { return .duplicate }
    if !row.click.ip.isEmpty {
      let earlier = stored.filter {
        $0.fate == .accepted && $0.program == row.program && $0.click.ip == row.click.ip
          && $0.instant.utcDay == row.instant.utcDay && $0.instant.utcHour == row.instant.utcHour
      }
      let cap = registry[row.program].terms(at: row.instant).maxClicksPerIPHour
      if Int64(earlier.count) >= cap { return .filtered(.rateLimited) }
    }
    return .accepted
  }

  private func claims(_ row: Stored) -> Bool {
    row.fate == .accepted || row.fate == .filtered(.rateLimited)
  }

  private func isSame(_ left: Stored, _ right: Stored) -> Bool {
    guard left.program == right.program, left.click.id.utf8.count == right.click.id.utf8.count,
      Text(left.click.id) == Text(right.click.id)
    else {
      return false
    }
    if !left.click.id.isEmpty { return left.instant.utcDay == right.instant.utcDay }
    return left.instant == right.instant && left.code == right.code
      && visitor(left.click) == visitor(right.click) && left.click.ip == right.click.ip
  }

  private func visitor(_ click: TestClick) -> String {
    click.visitor.isEmpty ? click.fingerprint : click.visitor
  }

  /// Every accepted click of a programme in the order of (instant, click id, code).
  func accepted(_ program: Int) -> [ExplainedClick] {
    stored.filter { $0.program.position == program && $0.fate == .accepted }.map { row in
      let visitor = visitor(row.click)
      let key = ByteView.withBytes(of: visitor) { ContentHash.digest(of: $0) }
      return ExplainedClick(
        touch: Touch(
          instant: row.instant, code: row.code, clickID: Text(row.click.id),
          visitor: visitor.isEmpty ? nil : Key96(key).widened),
        origin: row.origin)
    }
    .sorted {
      ($0.touch.instant, $0.touch.clickID, $0.touch.code, $0.origin.file, $0.origin.line)
        < ($1.touch.instant, $1.touch.clickID, $1.touch.code, $1.origin.file, $1.origin.line)
    }
  }

  /// Clicks a day and code: accepted and filtered ones.
  static func daily(_ rows: [Stored], program: Int) -> [DailyClicks] {
    var found: [DailyClicks] = []
    for row in rows where row.program.position == program {
      let day = row.instant.utcDay
      if !found.contains(where: { $0.day == day && $0.code == row.code }) {
        found.append(DailyClicks(day: day, code: row.code, clicks: 0, filtered: 0))
      }
      for place in found.indices where found[place].day == day && found[place].code == row.code {
        if row.fate == .accepted { found[place].clicks += 1 } else { found[place].filtered += 1 }
      }
    }
    return found.sorted { ($0.day, $0.code) < ($1.day, $1.code) }
  }
}
