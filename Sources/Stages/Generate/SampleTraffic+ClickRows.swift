// Clicks as rows of a file.

extension SampleTraffic {
  static let clickColumns = [
    "click_id", "occurred_at", "code", "visitor_id", "fingerprint", "ip", "landing_page",
    "referrer", "utm_source", "utm_medium", "utm_campaign", "user_agent",
  ]

  /// Adds a click's row.
  func appendClick(_ row: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary) {
    switch fate(ofClick: row) {
    case .duplicate(let source):
      summary.duplicates += 1
      appendClick(source, visit(source), to: &sheet)
    case .malformed(let way):
      summary.malformed += 1
      appendMalformedClick(row, way, to: &sheet)
    case .late:
      summary.late += 1
      appendClick(row, lateVisit(row), to: &sheet)
    case .plain, .tie, .flood, .amendment: appendClick(row, visit(row), to: &sheet)
    }
  }

  /// What is wrong with a malformed click's cells.
  private enum ClickDefect { case none, instant(String), future, code, noCode }

  private func appendMalformedClick(_ row: Int, _ way: Int, to sheet: inout SampleSheet) {
    let defects: [ClickDefect] = [
      .instant("yesterday"), .instant("2026-13-01T00:00:00Z"), .instant("2026-01-31T25:61:00Z"),
      .future, .code, .noCode,
    ]
    let way = way % (defects.count + 3)
    appendClick(row, visit(row), way < defects.count ? defects[way] : .none, to: &sheet)
    switch way - defects.count {
    case 0: sheet.cutRow()
    case 1: sheet.lengthenRow()
    case 2: sheet.spoilEncoding()
    default: break
    }
  }

  private func appendClick(
    _ row: Int, _ visit: SampleVisit, _ defect: ClickDefect = .none, to sheet: inout SampleSheet
  ) {
    var random = clickDetails.sequence(row)
    let choices = random.next()
    sheet.beginRow()
    // A row's encoding can only be spoiled where it has an id.
    if hasIdentifier(click: row) || !isEvidence(click: row) {
      sheet.identifier(Self.clickPrefix, row, width: 10)
    } else {
      sheet.absent()
    }
    appendInstantAndCode(row, visit, defect, to: &sheet)
    if hasFingerprint(click: row) {
      sheet.absent()
      appendVisitor(visit.visitor, prefix: Self.fingerprintPrefix, to: &sheet)
    } else {
      appendVisitor(visit.visitor, prefix: Self.visitorPrefix, to: &sheet)
      sheet.absent()
    }
    appendAddress(ofClick: row, visit.visitor, to: &sheet)
    sheet.beginWord()
    sheet.put(SampleWords.pages[Int(choices >> 5) & 3])
    sheet.put(random.skewed(below: 9_999), width: 4)
    sheet.endWord()
    sheet.phrase(SampleWords.referrers[Int(choices >> 7) & 7])
    sheet.phrase(SampleWords.sources[Int(choices >> 10) & 7])
    sheet.phrase(SampleWords.mediums[Int(choices >> 13) & 7])
    let campaigns = (choices >> 16) & 0x3F == 0 ? SampleWords.oddCampaigns : SampleWords.campaigns
    sheet.phrase(campaigns[Int(choices >> 22) & 7])
    appendUserAgent(choices >> 25, to: &sheet)
    sheet.endRow()
  }

  private func appendInstantAndCode(
    _ row: Int, _ visit: SampleVisit, _ defect: ClickDefect, to sheet: inout SampleSheet
  ) {
    switch defect {
    case .instant(let text): sheet.word(Array(text.utf8))
    case .future: sheet.instant(visit.instant + 30 * SampleCalendar.day * Int64(options.nights))
    case .none, .code, .noCode: sheet.instant(visit.instant)
    }
    switch defect {
    case .code: sheet.word(Self.unknownCode)
    case .noCode: sheet.absent()
    case .none, .instant, .future:
      sheet.beginWord()
      registry.put(code: visit.code, in: &sheet)
      sheet.endWord()
    }
  }

  /// One click in 64 has no id; in the core all have one.
  func hasIdentifier(click row: Int) -> Bool {
    options.isCore || (clickFates.number(row) >> 46) & 0x3F != 0
  }

  /// One in 32 has a browser's fingerprint in place of a cookie's visitor.
  func hasFingerprint(click row: Int) -> Bool { clickDetails.number(row) & 0x1F == 0 }

  func appendVisitor(_ visitor: Int, prefix: [UInt8], to sheet: inout SampleSheet) {
    sheet.beginWord()
    sheet.put(prefix)
    sheet.put(
      hexadecimal: SampleRandom.mixed(UInt64(visitor) &* 0x9E37_79B9 &+ options.seed), digits: 16)
    sheet.endWord()
  }

  /// The address of a visitor: for one in a hundred that of one of fifty offices, for a flood
  /// the flood's own.
  func appendAddress(ofClick row: Int?, _ visitor: Int, to sheet: inout SampleSheet) {
    if let row, let first = flood(ofClick: row) {
      appendAddress(203, 0, 113, 1 + first / Self.floodBlock % 254, to: &sheet)
    } else if visitor % 100 == 7 {
      appendAddress(198, 51, 100, 1 + visitor / 100 % 50, to: &sheet)
    } else {
      let bits = Int(truncatingIfNeeded: SampleRandom.mixed(UInt64(visitor) &+ 99) >> 32)
      appendAddress(
        11 + bits & 0x7F, bits >> 8 & 255, bits >> 16 & 255, 1 + bits >> 24 & 127, to: &sheet)
    }
  }

  func appendAddress(_ a: Int, _ b: Int, _ c: Int, _ d: Int, to sheet: inout SampleSheet) {
    sheet.beginWord()
    sheet.put(a)
    sheet.put(Self.dot)
    sheet.put(b)
    sheet.put(Self.dot)
    sheet.put(c)
    sheet.put(Self.dot)
    sheet.put(d)
    sheet.endWord()
  }

  /// Bots make one click in 64; of browsers the first ones are the most frequent.
  private func appendUserAgent(_ choices: UInt64, to sheet: inout SampleSheet) {
    if choices & 0x3F == 0 {
      sheet.phrase(SampleWords.bots[Int(choices >> 6) % SampleWords.bots.count])
    } else {
      let weights = Self.userAgentPlaces
      sheet.phrase(SampleWords.userAgents[weights[Int(choices >> 6) & 15]])
    }
  }

  private static let userAgentPlaces = [0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7]
  static let clickPrefix = Array("c_".utf8)
  static let visitorPrefix = Array("v_".utf8)
  static let fingerprintPrefix = Array("fp_".utf8)
  private static let unknownCode = Array("NOSUCHCODE".utf8)
  private static let dot = Array(".".utf8)
}
