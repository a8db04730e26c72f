// Clicks: which are accepted, which filtered, and which are the same click.

import Pipeline

struct Click: Equatable {
  var program: Text
  var code: Text
  /// Empty where the row gave none.
  var id: Text
  var at: Int64
  /// The visitor_id or, without one, the fingerprint.
  var visitor: Text?
  var ip: Text?

  /// Whether this one is less recent than another.
  func precedes(_ other: Click) -> Bool {
    if at != other.at { return at < other.at }
    if id != other.id { return id < other.id }
    return code < other.code
  }
}

/// A day of a code.
struct ClickDay: Hashable {
  var day: Int64
  var program: Text
  var code: Text
}

private let botWords = [
  "bot", "crawl", "spider", "slurp", "headless", "phantomjs", "curl/", "wget/", "python-requests",
  "scrapy", "facebookexternalhit", "preview",
].map { Array($0.utf8) }

/// Whether a user agent is one of the bot list.
func isBot(_ agent: Text) -> Bool {
  let bytes = agent.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  return botWords.contains { word in
    bytes.indices.contains { bytes[$0...].starts(with: word) }
  }
}

extension Model {
  /// Judges the clicks of the run in order of instant, then click_id.
  mutating func ingestClicks(_ rows: [Row]) {
    let inOrder = rows.filter { $0.kind == .clicks }.sorted { left, right in
      let first = left.instant("occurred_at") ?? 0
      let second = right.instant("occurred_at") ?? 0
      if first != second { return first < second }
      let firstID = left.text("click_id") ?? ""
      let secondID = right.text("click_id") ?? ""
      return firstID != secondID ? firstID < secondID : inContentOrder(left, right)
    }
    for row in inOrder { ingestClick(row) }
  }

  private mutating func ingestClick(_ row: Row) {
    guard !isSeen(row) else { return settle(row, .duplicate) }
    let at = row.instant("occurred_at") ?? 0
    guard let code = codes[row.text("code") ?? ""], let program = programs[code.program] else {
      return settle(row, .rejected("unknown_code"))
    }
    let click = Click(
      program: code.program, code: code.code, id: row.text("click_id") ?? "", at: at,
      visitor: row.text("visitor_id") ?? row.text("fingerprint"), ip: row.text("ip"))
    if let reason = filterReason(click, row, code, program) { return filter(click, row, reason) }
    if (clicks + rateLimited).contains(where: { isSameClick($0, click) }) {
      return settle(row, .duplicate)
    }
    let cap = program.integer("max_clicks_per_ip_hour", at: at, default: 100)
    if click.ip != nil, clicks.count(where: { isSameHour($0, click) }) >= cap {
      rateLimited.append(click)
      return filter(click, row, "rate_limited")
    }
    clicks.append(click)
    settle(row, .accepted)
  }

  private func filterReason(
    _ click: Click, _ row: Row, _ code: Code, _ program: Program
  ) -> Text? {
    if affiliates[code.affiliate]?.status != "active" { return "affiliate_inactive" }
    if program.isPaused(at: click.at) { return "program_paused" }
    if !code.isActive { return "code_inactive" }
    if let expiresAt = code.expiresAt, click.at >= expiresAt { return "code_expired" }
    return isBot(row.text("user_agent") ?? "") ? "bot" : nil
  }

  private mutating func filter(_ click: Click, _ row: Row, _ reason: Text) {
    let key = ClickDay(day: day(of: click.at), program: click.program, code: click.code)
    filteredClicks[key, default: 0] += 1
    settle(row, .filtered(reason))
  }

  private func isSameClick(_ left: Click, _ right: Click) -> Bool {
    guard left.program == right.program, left.id == right.id else { return false }
    guard right.id.isEmpty else { return day(of: left.at) == day(of: right.at) }
    return left.code == right.code && left.visitor == right.visitor && left.ip == right.ip
      && left.at == right.at
  }

  private func isSameHour(_ left: Click, _ right: Click) -> Bool {
    left.program == right.program && left.ip == right.ip
      && floorDivide(left.at, by: 3_600_000) == floorDivide(right.at, by: 3_600_000)
  }
}
