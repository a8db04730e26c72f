// Affiliates as rows of a file: all of them in the first night; changes and newcomers in later
// ones.

extension SampleRegistry {
  static let affiliateColumns = [
    "affiliate_id", "user_id", "name", "email", "company", "country", "status", "currency",
    "payment_method", "payment_email", "payment_details", "stripe_connect_id", "invite_code",
    "master_id", "fee_percentage", "commission_rate", "created_at", "updated_at",
  ]

  /// The affiliates that a later night has a row of: some that change, then the newcomers.
  func changedAffiliates(in night: Int) -> [Int] {
    Array(stride(from: (night * 7) % affiliates, to: affiliates, by: 50))
  }

  /// The affiliates that a later night adds.
  func newAffiliates(in night: Int) -> Range<Int> {
    let first = affiliates + (night - 1) * newcomers
    return first..<(first + newcomers)
  }

  /// Adds an affiliate's whole row.
  ///
  /// - Parameter joined: When it joined, in milliseconds since 1970 UTC.
  func appendAffiliate(
    _ affiliate: Int, joined: Int64, _ numbers: SampleNumbers, to sheet: inout SampleSheet
  ) {
    var random = numbers.sequence(affiliate)
    sheet.beginRow()
    appendPerson(affiliate, &random, to: &sheet)
    if isCore { return finishCoreAffiliate(joined: joined, to: &sheet) }
    let isNew = affiliate >= affiliates
    sheet.text(isNew ? "active" : ["pending", "suspended", "active"][min(2, random.below(40))])
    if affiliate % 2 == 0 { sheet.text(homeCurrency(of: affiliate)) } else { sheet.absent() }
    appendPayment(affiliate, &random, to: &sheet)
    let inviter = inviter(of: affiliate)
    if isNew, affiliate % 2 == 0 {
      sheet.text(text(ofCode: random.below(codes)))
      sheet.absent()
    } else if let inviter {
      sheet.absent()
      sheet.identifier(Self.affiliatePrefix, inviter, width: 5)
    } else {
      sheet.absent()
      sheet.absent()
    }
    if inviter != nil || isNew {
      sheet.literal(["5", "2.5", "10", "0.75"][affiliate % 4])
    } else {
      sheet.absent()
    }
    if affiliate % 20 == 3 {
      sheet.literal(["0.15", "0.2", "0.1250"][affiliate % 3])
    } else {
      sheet.absent()
    }
    sheet.instant(joined)
    sheet.instant(joined)
    sheet.endRow()
  }

  /// The columns from status on of one that is always paid, by hand, at its programs' rates.
  private func finishCoreAffiliate(joined: Int64, to sheet: inout SampleSheet) {
    sheet.text("active")
    sheet.absent()
    sheet.text("MANUAL")
    for _ in 0..<7 { sheet.absent() }
    sheet.instant(joined)
    sheet.instant(joined)
    sheet.endRow()
  }

  /// One in twenty was invited by an affiliate of a smaller number. A newcomer of an odd number
  /// was, too; one of an even number names a code in its place, and no currency of its own.
  private func inviter(of affiliate: Int) -> Int? {
    if affiliate >= affiliates { return affiliate % 2 == 1 ? affiliate % affiliates : nil }
    return affiliate % 20 == 11 ? affiliate / 2 : nil
  }

  /// An invited affiliate's number is odd, so that it has no currency that its inviter's could
  /// differ from.
  private func homeCurrency(of affiliate: Int) -> String { affiliate % 6 == 0 ? "EUR" : "USD" }

  /// affiliate_id, user_id, name, email, company and country.
  private func appendPerson(
    _ affiliate: Int, _ random: inout SampleRandom, to sheet: inout SampleSheet
  ) {
    let first = SampleWords.firstNames[random.below(SampleWords.firstNames.count)]
    let last = SampleWords.lastNames[random.below(SampleWords.lastNames.count)]
    sheet.identifier(Self.affiliatePrefix, affiliate, width: 5)
    sheet.identifier(Self.userPrefix, affiliate, width: 5)
    sheet.text(first + " " + last)
    sheet.text(email(ofAffiliate: affiliate))
    if random.below(3) == 0 {
      sheet.text(SampleWords.companies[random.below(SampleWords.companies.count)])
    } else {
      sheet.absent()
    }
    sheet.text(SampleWords.countries[affiliate % SampleWords.countries.count])
  }

  /// payment_method, payment_email, payment_details and stripe_connect_id; one in 25 has none.
  private func appendPayment(
    _ affiliate: Int, _ random: inout SampleRandom, to sheet: inout SampleSheet
  ) {
    let method = ["PAYPAL", "PAYPAL", "WISE", "SEPA", "ACH", "STRIPE", "MANUAL"][random.below(7)]
    sheet.text(method)
    let isMissing = random.below(25) == 0
    if method == "PAYPAL" || method == "WISE", !isMissing {
      sheet.text("pay.\(affiliate)@example.net")
    } else {
      sheet.absent()
    }
    if method == "SEPA", !isMissing {
      sheet.structure("{\"iban\":\"\(Self.iban(&random))\",\"bic\":\"TESTDEFF\"}")
    } else if method == "ACH", !isMissing {
      let account = 10_000_000 + random.below(89_999_999)
      sheet.structure(
        "{\"routing_number\":\"\(Self.routingNumber(&random))\",\"account_number\":\"\(account)\","
          + "\"account_type\":\"\(affiliate % 2 == 0 ? "checking" : "savings")\","
          + "\"holder\":\"\(affiliate % 3 == 0 ? "company" : "person")\"}")
    } else {
      sheet.absent()
    }
    if method == "STRIPE", !isMissing {
      sheet.identifier(Self.stripePrefix, 1_000_000_000 + affiliate, width: 1)
    } else {
      sheet.absent()
    }
  }

  /// A German account number with the right check digits (ISO 7064, MOD 97-10).
  private static func iban(_ random: inout SampleRandom) -> String {
    let digits = "5001051" + SampleDay.padded(random.below(100_000_000_000), 11)
    // The country's letters as numbers, and zeros where the check digits go: DE00.
    let rest = (digits + "131400").utf8.reduce(0) { ($0 * 10 + Int($1 - 0x30)) % 97 }
    return "DE" + SampleDay.padded(98 - rest, 2) + digits
  }

  /// An American bank's number with the right check digit (weights 3, 7, 1).
  private static func routingNumber(_ random: inout SampleRandom) -> String {
    let digits = "0" + SampleDay.padded(1_000_000 + random.below(8_999_999), 7)
    let sum = zip(digits.utf8, [3, 7, 1, 3, 7, 1, 3, 7]).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    return digits + String((10 - sum % 10) % 10)
  }

  /// Adds a row with an affiliate's new payment address, or, for one in five, its suspension.
  func appendChange(
    ofAffiliate affiliate: Int, at instant: Int64, to sheet: inout SampleSheet
  ) {
    sheet.beginRow()
    sheet.identifier(Self.affiliatePrefix, affiliate, width: 5)
    for _ in 0..<2 { sheet.absent() }
    sheet.text(email(ofAffiliate: affiliate))
    for _ in 0..<2 { sheet.absent() }
    let isSuspended = affiliate % 5 == 4
    if isSuspended { sheet.text("suspended") } else { sheet.absent() }
    for _ in 0..<2 { sheet.absent() }
    if isSuspended { sheet.absent() } else { sheet.text("pay.\(affiliate).new@example.net") }
    for _ in 0..<7 { sheet.absent() }
    sheet.instant(instant)
    sheet.endRow()
  }

  /// Adds a row that the registry's rules refuse; the number says for which of four reasons.
  func appendRefusedAffiliate(_ number: Int, at instant: Int64, to sheet: inout SampleSheet) {
    sheet.beginRow()
    sheet.identifier(Self.refusedPrefix, number, width: 5)
    for _ in 0..<2 { sheet.absent() }
    sheet.text(number % 4 == 0 ? email(ofAffiliate: 0) : "refused.\(number)@example.com")
    for _ in 0..<9 { sheet.absent() }
    if number % 4 == 1 {
      sheet.identifier(Self.refusedPrefix, number, width: 5)
    } else {
      sheet.absent()
    }
    if number % 4 == 2 { sheet.literal("12.5") } else { sheet.absent() }
    if number % 4 == 3 { sheet.literal("1.5") } else { sheet.absent() }
    sheet.absent()
    sheet.instant(instant)
    sheet.endRow()
  }

  static let affiliatePrefix = Array("aff_".utf8)
  private static let refusedPrefix = Array("aff_refused_".utf8)
  private static let userPrefix = Array("user_".utf8)
  private static let stripePrefix = Array("acct_".utf8)
}
