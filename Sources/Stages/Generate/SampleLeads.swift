// Referrals, the decisions on them and on suspicious orders, and requests for payouts.

/// The smaller files of a sample's nights.
struct SampleLeads: Sendable {
  let traffic: SampleTraffic
  let referrals: SampleSeries
  private let referralNumbers: SampleNumbers
  private let decisionNumbers: SampleNumbers
  private let requestNumbers: SampleNumbers

  init(_ traffic: SampleTraffic) {
    self.traffic = traffic
    referrals = SampleSeries(
      count: max(1, traffic.options.orders / 20), calendar: traffic.calendar)
    let seed = traffic.options.seed
    referralNumbers = SampleNumbers(seed: seed, stream: .referral)
    decisionNumbers = SampleNumbers(seed: seed, stream: .decision)
    requestNumbers = SampleNumbers(seed: seed, stream: .payoutRequest)
  }

  static let referralColumns = [
    "referral_id", "code", "lead_name", "lead_email", "estimated_value", "referred_id",
    "occurred_at", "metadata",
  ]
  static let decisionColumns = [
    "target", "target_id", "action", "review_notes", "decided_by", "decided_at",
  ]
  static let requestColumns = ["affiliate_id", "program_id", "requested_at"]

  /// When a referral was made, in milliseconds since 1970 UTC, on a whole second.
  private func instant(ofReferral row: Int) -> Int64 {
    referrals.instant(of: row, in: referrals.night(of: row)) / 1_000 * 1_000
  }

  /// Adds a referral's row. One in fifty repeats the lead before it, one in a hundred is the
  /// affiliate itself.
  func appendReferral(_ row: Int, to sheet: inout SampleSheet) {
    let repeated = row % 50 == 49
    var random = referralNumbers.sequence(repeated ? row - 1 : row)
    let code = traffic.codeChoice.draw(&random)
    let first = SampleWords.firstNames[random.below(SampleWords.firstNames.count)]
    let last = SampleWords.lastNames[random.below(SampleWords.lastNames.count)]
    sheet.beginRow()
    sheet.identifier(Self.referralPrefix, row, width: 8)
    sheet.beginWord()
    traffic.registry.put(code: code, in: &sheet)
    sheet.endWord()
    sheet.text(first + " " + last)
    if row % 100 == 33 {
      sheet.text(traffic.registry.email(ofAffiliate: traffic.registry.affiliate(ofCode: code)))
    } else {
      sheet.text("lead.\(repeated ? row - 1 : row)@example.org")
    }
    if random.below(5) < 3 {
      sheet.literal("\(50 + random.below(5_000)).00")
    } else {
      sheet.absent()
    }
    if random.below(10) < 3 {
      sheet.identifier(SampleTraffic.customerPrefix, traffic.visitors.draw(&random), width: 7)
    } else {
      sheet.absent()
    }
    sheet.instant(instant(ofReferral: row))
    if row % 10 == 4 {
      sheet.structure("{\"source\":\"webinar\",\"seats\":\(1 + row % 40)}")
    } else {
      sheet.absent()
    }
    sheet.endRow()
  }

  /// Adds a night's decisions: on one in ten of its own referrals, on eight in ten of the night's
  /// before, and on the orders of the night before that were affiliates' own.
  func appendDecisions(
    in night: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary, flush: Flush
  ) throws(SampleFault) {
    for row in referrals.rows(in: night) where row % 10 == 0 {
      appendDecision(onReferral: row, in: night, to: &sheet)
      try flush(&sheet, &summary)
    }
    guard night > 0 else { return }
    for row in referrals.rows(in: night - 1) where (1...8).contains(row % 10) {
      appendDecision(onReferral: row, in: night, to: &sheet)
      try flush(&sheet, &summary)
    }
    for row in traffic.orders.rows(in: night - 1)
    where SampleTraffic.isSelfReferral(order: row) && traffic.isPlain(order: row) {
      let order = traffic.order(row)
      guard case .affiliate = order.customer else { continue }
      appendDecision(on: order, in: night, to: &sheet)
      try flush(&sheet, &summary)
    }
  }

  private func appendDecision(onReferral row: Int, in night: Int, to sheet: inout SampleSheet) {
    var random = decisionNumbers.sequence(row)
    sheet.beginRow()
    sheet.text("referral")
    sheet.identifier(Self.referralPrefix, row, width: 8)
    let earliest = max(instant(ofReferral: row), traffic.calendar.start(of: night))
    finishDecision(approves: random.below(10) < 7, after: earliest, in: night, &random, to: &sheet)
  }

  private func appendDecision(
    on order: SampleOrder, in night: Int, to sheet: inout SampleSheet
  ) {
    var random = decisionNumbers.sequence(-1 - order.row)
    sheet.beginRow()
    sheet.text("conversion")
    sheet.beginWord()
    sheet.put(SampleTraffic.programPrefix)
    sheet.put(order.program, width: 4)
    sheet.put(Self.slash)
    sheet.put(SampleTraffic.orderPrefix)
    sheet.put(order.row, width: 9)
    sheet.endWord()
    let start = traffic.calendar.start(of: night)
    finishDecision(approves: random.below(10) < 3, after: start, in: night, &random, to: &sheet)
  }

  /// action, review_notes, decided_by and decided_at.
  private func finishDecision(
    approves: Bool, after earliest: Int64, in night: Int, _ random: inout SampleRandom,
    to sheet: inout SampleSheet
  ) {
    let notes = ["", "", "checked by hand", "called back,\nconfirmed", "says \"my own shop\""]
    sheet.text(approves ? "approve" : "reject")
    sheet.text(notes[random.below(notes.count)])
    sheet.text("reviewer-\(1 + random.below(3))")
    let room = max(2, Int(traffic.calendar.end(of: night) - earliest) / 1_000)
    sheet.instant(earliest + Int64(1 + random.below(room - 1)) * 1_000)
    sheet.endRow()
  }

  /// How many payouts are asked for in a night.
  var requestCount: Int { max(1, traffic.options.affiliates / 50) }

  /// Adds the row of one of a night's requests; one in five is for all programs.
  func appendRequest(_ number: Int, in night: Int, to sheet: inout SampleSheet) {
    var random = requestNumbers.sequence(night * requestCount + number)
    let code = traffic.codeChoice.draw(&random)
    sheet.beginRow()
    sheet.identifier(
      SampleRegistry.affiliatePrefix, traffic.registry.affiliate(ofCode: code), width: 5)
    if random.below(5) == 0 {
      sheet.absent()
    } else {
      let program = traffic.registry.program(ofCode: code)
      sheet.identifier(SampleTraffic.programPrefix, program, width: 4)
    }
    sheet.instant(traffic.calendar.start(of: night) + Int64(random.below(86_399)) * 1_000)
    sheet.endRow()
  }

  private static let referralPrefix = Array("ref_".utf8)
  private static let slash = Array("/".utf8)
}
