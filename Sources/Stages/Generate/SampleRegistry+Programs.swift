// Programs as rows of a file: all of them in the first night, changes in later ones.

extension SampleRegistry {
  static let programColumns = [
    "program_id", "name", "domain", "email", "status", "status_at", "currency", "commission_rate",
    "affiliate_share", "attribution_window_days", "attribution_model", "evidence",
    "require_click", "payout_schedule", "payout_anchor", "payout_minimum_minor", "payout_term",
    "hold_days", "max_clicks_per_ip_hour", "fraud_review_threshold", "signup_bonus_minor",
    "tiers", "commission_rules", "product_name", "program_name", "website_url", "widget_config",
    "publishable_key", "effective_at", "updated_at",
  ]

  /// Programs that a later night has a row of.
  func changedPrograms(in night: Int) -> [Int] {
    let first = (night * 3) % programs
    return Array(stride(from: first, to: programs, by: 10))
  }

  /// Adds a program's whole row.
  func appendProgram(
    _ program: Int, _ numbers: SampleNumbers, _ calendar: SampleCalendar,
    to sheet: inout SampleSheet
  ) {
    var random = numbers.sequence(program)
    let product = SampleWords.products[program % SampleWords.products.count]
    let company = SampleWords.companies[random.below(SampleWords.companies.count)]
    sheet.beginRow()
    sheet.identifier(SampleTraffic.programPrefix, program, width: 4)
    sheet.text(company)
    sheet.text("shop\(program).example.com")
    sheet.text("partners@shop\(program).example.com")
    if program % 25 == 24, !isCore {
      sheet.text("paused")
      sheet.instant(calendar.end(of: 0) - 6 * 3_600_000)
    } else {
      sheet.text("active")
      sheet.absent()
    }
    sheet.text(currency(of: program))
    sheet.literal(Self.decimal(tenThousandths: 200 + random.below(2_300)))
    sheet.literal(["0.80", "0.80", "0.70", "0.8", "0.9250", "1"][program % 6])
    if isCore {
      appendCoreTerms(program, &random, to: &sheet)
    } else {
      appendTerms(program, to: &sheet)
      appendPayoutTerms(program, &random, to: &sheet)
    }
    if program % 3 != 2 { sheet.structure(tiers(&random)) } else { sheet.absent() }
    if program % 3 == 1, !isCore { sheet.structure(rules(&random)) } else { sheet.absent() }
    sheet.text(product)
    sheet.text(product + " Partners")
    sheet.text("https://shop\(program).example.com/")
    sheet.structure(
      "{\"theme\":\"\(program % 2 == 0 ? "light" : "dark")\",\"radius\":\(program % 9)}")
    sheet.beginWord()
    sheet.put(Self.keyPrefix)
    sheet.put(hexadecimal: random.next(), digits: 16)
    sheet.endWord()
    sheet.absent()
    sheet.instant(calendar.start - Int64(1 + random.below(30)) * SampleCalendar.day)
    sheet.endRow()
  }

  /// Window, model, evidence and whether a click is required.
  private func appendTerms(_ program: Int, to sheet: inout SampleSheet) {
    sheet.number([30, 7, 14, 30, 60, 90, 30, 1][program % 8])
    let models = ["last_click", "first_click", "linear", "position_based", "time_decay"]
    sheet.text(program % 2 == 0 ? models[0] : models[program / 2 % models.count])
    let orders = ["click_id,code,visitor", "code,click_id,visitor", "visitor", "click_id,visitor"]
    sheet.text(program % 5 < 2 ? orders[0] : orders[program % orders.count])
    sheet.literal(program % 4 == 3 ? "false" : "true")
  }

  /// From payout_schedule to signup_bonus_minor.
  private func appendPayoutTerms(
    _ program: Int, _ random: inout SampleRandom, to sheet: inout SampleSheet
  ) {
    sheet.text(["monthly", "weekly", "biweekly", "monthly"][program % 4])
    if program % 4 == 2 { sheet.text("1970-01-05") } else { sheet.absent() }
    sheet.number([1_000, 2_500, 5_000, 5_000, 10_000, 50_000][random.below(6)])
    sheet.text(["NET-0", "NET-0", "NET-7", "NET-15", "NET-30"][program % 5])
    sheet.number([0, 0, 7, 14, 30][random.below(5)])
    sheet.number(program % 7 == 3 ? 20 : 100)
    sheet.literal(["0.50", "0.50", "0.40", "0.30"][program % 4])
    sheet.number([0, 500, 1_000, 2_500][random.below(4)])
  }

  /// From the window to signup_bonus_minor, for the core of the rules. No score of an order by a
  /// guest reaches the threshold, and no address the cap.
  private func appendCoreTerms(
    _ program: Int, _ random: inout SampleRandom, to sheet: inout SampleSheet
  ) {
    sheet.number([30, 30, 14, 30, 30, 7, 30, 30][program % 8])
    sheet.text("last_click")
    sheet.text("visitor")
    sheet.literal("true")
    sheet.text("monthly")
    sheet.absent()
    sheet.number([1_000, 2_500, 5_000, 5_000, 10_000, 50_000][random.below(6)])
    sheet.text(["NET-0", "NET-0", "NET-7", "NET-15", "NET-30"][program % 5])
    sheet.number([0, 0, 7, 14, 30][random.below(5)])
    sheet.number(1_000_000)
    sheet.literal("1.00")
    sheet.number(0)
  }

  /// Three tiers, each with a higher rate than the one before.
  private func tiers(_ random: inout SampleRandom) -> String {
    let rate = 500 + random.below(1_000)
    let members = ["Bronze", "Silver", "Gold"].enumerated().map { index, name in
      let part = Self.decimal(tenThousandths: rate + index * 250)
      return "{\"name\":\"\(name)\",\"level\":\(index + 1),\"min_referrals\":\([0, 5, 25][index]),"
        + "\"commission_rate\":\(part),\"bonus_minor\":\(isCore ? 0 : [0, 1_000, 5_000][index])}"
    }
    return "[" + members.joined(separator: ",") + "]"
  }

  /// A rate for one item and a flat amount for a category.
  private func rules(_ random: inout SampleRandom) -> String {
    let item = SampleDay.padded(random.below(20), 5)
    let category = SampleWords.categories[random.below(SampleWords.categories.count)]
    return "[{\"sku\":\"SKU-\(item)\",\"rate\":0.25},"
      + "{\"category\":\"\(String(decoding: category, as: UTF8.self))\",\"amount_minor\":150}]"
  }

  /// Adds a row with a program's new rate from the middle of a night on, or, for a paused one,
  /// with its end of the pause. Other columns stay empty, so their values stay.
  func appendChange(
    ofProgram program: Int, in night: Int, _ numbers: SampleNumbers, _ calendar: SampleCalendar,
    to sheet: inout SampleSheet
  ) {
    var random = numbers.sequence(program + night * programs)
    let start = calendar.start(of: night)
    sheet.beginRow()
    sheet.identifier(SampleTraffic.programPrefix, program, width: 4)
    for _ in 0..<3 { sheet.absent() }
    if program % 25 == 24 {
      sheet.text("active")
      sheet.instant(start + 3_600_000)
    } else {
      sheet.absent()
      sheet.absent()
    }
    sheet.absent()
    sheet.literal(Self.decimal(tenThousandths: 200 + random.below(2_300)))
    for _ in 0..<20 { sheet.absent() }
    sheet.instant(start + SampleCalendar.day / 2)
    sheet.instant(start)
    sheet.endRow()
  }

  /// `0.1250` for 1250.
  static func decimal(tenThousandths: Int) -> String {
    "\(tenThousandths / 10_000)." + SampleDay.padded(tenThousandths % 10_000, 4)
  }

  private static let keyPrefix = Array("pub_".utf8)
}
