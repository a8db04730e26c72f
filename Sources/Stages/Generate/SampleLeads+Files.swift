// Which rows each file of a night has.

extension SampleLeads {
  /// What a file's writer does after each row: writes the sheet's rows when they are many.
  typealias Flush = (inout SampleSheet, inout SampleFileSummary) throws(SampleFault) -> Void

  /// Whether a night has a file of a kind: one without rows is not made.
  func hasRows(_ kind: SampleKind, in night: Int) -> Bool {
    if traffic.options.isCore {
      switch kind {
      case .clicks, .orders: break
      case .programs, .affiliates, .codes: return night == 0
      case .referrals, .decisions, .payoutRequests: return false
      }
    }
    switch kind {
    case .clicks: return traffic.clicks.count(in: night) > 0
    case .orders: return traffic.orders.count(in: night) > 0
    case .decisions:
      return referrals.rows(in: night).contains { $0 % 10 == 0 }
        || (night > 0 && referrals.rows(in: night - 1).contains { (1...8).contains($0 % 10) })
    case .programs, .affiliates, .codes, .referrals, .payoutRequests: return true
    }
  }

  /// Adds all rows of one file.
  func append(
    _ kind: SampleKind, in night: Int, to sheet: inout SampleSheet,
    _ summary: inout SampleFileSummary, flush: Flush
  ) throws(SampleFault) {
    switch kind {
    case .clicks:
      for row in traffic.clicks.rows(in: night) {
        traffic.appendClick(row, to: &sheet, &summary)
        try flush(&sheet, &summary)
      }
    case .orders:
      for row in traffic.orders.rows(in: night) {
        traffic.appendOrder(row, to: &sheet, &summary)
        try flush(&sheet, &summary)
      }
    case .referrals:
      for row in referrals.rows(in: night) {
        appendReferral(row, to: &sheet)
        try flush(&sheet, &summary)
      }
    case .decisions: try appendDecisions(in: night, to: &sheet, &summary, flush: flush)
    case .payoutRequests:
      for number in 0..<requestCount {
        appendRequest(number, in: night, to: &sheet)
        try flush(&sheet, &summary)
      }
    case .programs: try appendPrograms(in: night, to: &sheet, &summary, flush: flush)
    case .affiliates: try appendAffiliates(in: night, to: &sheet, &summary, flush: flush)
    case .codes: try appendCodes(in: night, to: &sheet, &summary, flush: flush)
    }
  }

  private func appendPrograms(
    in night: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary, flush: Flush
  ) throws(SampleFault) {
    let registry = traffic.registry
    let numbers = SampleNumbers(seed: traffic.options.seed, stream: .program)
    guard night > 0 else {
      for program in 0..<registry.programs {
        registry.appendProgram(program, numbers, traffic.calendar, to: &sheet)
        try flush(&sheet, &summary)
      }
      return
    }
    for program in registry.changedPrograms(in: night) {
      registry.appendChange(
        ofProgram: program, in: night, numbers, traffic.calendar, to: &sheet)
      try flush(&sheet, &summary)
    }
  }

  private func appendAffiliates(
    in night: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary, flush: Flush
  ) throws(SampleFault) {
    let registry = traffic.registry
    let numbers = SampleNumbers(seed: traffic.options.seed, stream: .affiliate)
    let start = traffic.calendar.start(of: night)
    if night > 0 {
      for affiliate in registry.changedAffiliates(in: night) {
        registry.appendChange(
          ofAffiliate: affiliate, at: start + Int64(affiliate % 86_400) * 1_000, to: &sheet)
        try flush(&sheet, &summary)
      }
      for affiliate in registry.newAffiliates(in: night) {
        registry.appendAffiliate(
          affiliate, joined: start + Int64(affiliate % 86_400) * 1_000, numbers, to: &sheet)
        try flush(&sheet, &summary)
      }
      return
    }
    for affiliate in 0..<registry.affiliates {
      let joined = start - Int64(1 + affiliate % 400) * SampleCalendar.day
      registry.appendAffiliate(affiliate, joined: joined, numbers, to: &sheet)
      try flush(&sheet, &summary)
    }
    guard !registry.isCore else { return }
    let refused = (registry.affiliates * traffic.options.rejectsPerMillion + 500_000) / 1_000_000
    for number in 0..<refused {
      registry.appendRefusedAffiliate(number, at: start, to: &sheet)
      summary.malformed += 1
      try flush(&sheet, &summary)
    }
  }

  private func appendCodes(
    in night: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary, flush: Flush
  ) throws(SampleFault) {
    let registry = traffic.registry
    let start = traffic.calendar.start(of: night)
    if night > 0 {
      for code in registry.changedCodes(in: night) {
        registry.appendChange(ofCode: code, to: &sheet)
        try flush(&sheet, &summary)
      }
    }
    for code in night > 0 ? registry.newCodes(in: night) : 0..<registry.codes {
      let created = night > 0 ? start : start - Int64(1 + code % 300) * SampleCalendar.day
      registry.appendCode(code, created: created, traffic.calendar, to: &sheet)
      try flush(&sheet, &summary)
    }
  }
}
