// What each dated field of a programme takes (SPEC 2, programs).
internal import Pipeline

extension ProgramField {
  /// The field's value, found right.
  func read(_ field: Field) throws(ValueFault) -> ProgramFieldValue {
    switch self {
    case .name, .productName, .programName: .text(try field.text(limit: 255))
    case .domain, .email, .websiteURL, .publishableKey: .text(try field.text())
    case .currency: .text(Text(try field.currency().code))
    case .commissionRate: .integer(Int64(try field.rate(100...10_000).value))
    case .affiliateShare, .fraudReviewThreshold: .integer(Int64(try field.rate(0...10_000).value))
    case .attributionWindowDays: .integer(try ranged(field, 1...90, .windowOutOfRange))
    case .payoutMinimumMinor: .integer(try ranged(field, 1_000...50_000, .minimumOutOfRange))
    case .holdDays: .integer(try field.integer(0...365))
    case .maxClicksPerIPHour, .signupBonusMinor: .integer(try field.integer(0...Int64.max))
    case .requireClick: .integer(try field.boolean() ? 1 : 0)
    case .attributionModel: .text(try word(field, AttributionModel.allCases.map(\.word)))
    case .payoutSchedule: .text(try word(field, PayoutSchedule.allCases.map(\.word)))
    case .evidence: .text(try evidence(field))
    case .payoutAnchor: .text(try day(field))
    case .payoutTerm: .text(try payoutTerm(field))
    case .tiers: .text(try tiers(field))
    case .commissionRules: .text(try rules(field))
    case .widgetConfig: .text(Text(try field.json().canonicalText))
    }
  }

  private func ranged(
    _ field: Field, _ range: ClosedRange<Int64>, _ reason: RejectReason
  ) throws(ValueFault) -> Int64 {
    let value = try field.integer()
    guard range.contains(value) else {
      throw ValueFault(reason, "must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func word(_ field: Field, _ words: [String]) throws(ValueFault) -> Text {
    let text = try field.text()
    guard words.contains(where: { Text($0) == text }) else {
      throw ValueFault(.badValue, "must be one of \(words.joined(separator: ", "))")
    }
    return text
  }

  private func evidence(_ field: Field) throws(ValueFault) -> Text {
    let text = try field.text()
    guard EvidenceText.list(text) != nil else {
      throw ValueFault(.badValue, "must list click_id, code and visitor, each at most once")
    }
    return text
  }

  private func day(_ field: Field) throws(ValueFault) -> Text {
    let text = try field.text()
    guard DayText.day(text) != nil else {
      throw ValueFault(.badValue, "must be a day such as 1970-01-05")
    }
    return text
  }

  private func payoutTerm(_ field: Field) throws(ValueFault) -> Text {
    let text = try field.text()
    guard PayoutTermText.days(text) != nil else {
      throw ValueFault(.badValue, "must be NET-n, with n from 0 to \(PayoutTermText.limit)")
    }
    return text
  }

  private func tiers(_ field: Field) throws(ValueFault) -> Text {
    let json = try field.json()
    _ = try TermsJSON.tiers(json)
    return Text(json.canonicalText)
  }

  private func rules(_ field: Field) throws(ValueFault) -> Text {
    let json = try field.json()
    _ = try TermsJSON.rules(json)
    return Text(json.canonicalText)
  }
}
