// The fields of a programme that are dated one by one, and what each of them means for its terms.
public import Pipeline

/// A native column of `programs` whose value is dated; the raw value is its place in the store.
public enum ProgramField: Int, CaseIterable, Sendable {
  case name, domain, email, currency, commissionRate, affiliateShare, attributionWindowDays
  case attributionModel, evidence, requireClick, payoutSchedule, payoutAnchor, payoutMinimumMinor
  case payoutTerm, holdDays, maxClicksPerIPHour, fraudReviewThreshold, signupBonusMinor, tiers
  case commissionRules, productName, programName, websiteURL, widgetConfig, publishableKey

  /// The native column's name.
  public var column: String {
    switch self {
    case .name: "name"
    case .domain: "domain"
    case .email: "email"
    case .currency: "currency"
    case .commissionRate: "commission_rate"
    case .affiliateShare: "affiliate_share"
    case .attributionWindowDays: "attribution_window_days"
    case .attributionModel: "attribution_model"
    case .evidence: "evidence"
    case .requireClick: "require_click"
    case .payoutSchedule: "payout_schedule"
    case .payoutAnchor: "payout_anchor"
    case .payoutMinimumMinor: "payout_minimum_minor"
    case .payoutTerm: "payout_term"
    case .holdDays: "hold_days"
    case .maxClicksPerIPHour: "max_clicks_per_ip_hour"
    case .fraudReviewThreshold: "fraud_review_threshold"
    case .signupBonusMinor: "signup_bonus_minor"
    case .tiers: "tiers"
    case .commissionRules: "commission_rules"
    case .productName: "product_name"
    case .programName: "program_name"
    case .websiteURL: "website_url"
    case .widgetConfig: "widget_config"
    case .publishableKey: "publishable_key"
    }
  }

  /// The column's name in the store: a rate is kept in hundredths of a percent, and says so.
  public var storeColumn: String {
    switch self {
    case .commissionRate: "commission_rate_bps"
    case .affiliateShare: "affiliate_share_bps"
    case .fraudReviewThreshold: "fraud_review_threshold_bps"
    default: column
    }
  }

  /// Whether its values are numbers in the store.
  public var isNumber: Bool {
    switch self {
    case .commissionRate, .affiliateShare, .attributionWindowDays, .requireClick,
      .payoutMinimumMinor, .holdDays, .maxClicksPerIPHour, .fraudReviewThreshold,
      .signupBonusMinor:
      true
    default: false
    }
  }
}

/// A field's value as the store keeps it.
public enum ProgramFieldValue: Hashable, Sendable {
  /// Counts, minor units, hundredths of a percent; 0 and 1 for `false` and `true`.
  case integer(Int64)
  /// Text as given; JSON in its canonical form.
  case text(Text)
}

/// Values of some of a programme's fields.
public struct ProgramFields: Hashable, Sendable {
  private var values: [ProgramFieldValue?]

  public init() { values = Array(repeating: nil, count: ProgramField.allCases.count) }

  /// The value of a field; nil where these do not state it.
  public subscript(field: ProgramField) -> ProgramFieldValue? {
    get { values[field.rawValue] }
    set { values[field.rawValue] = newValue }
  }

  /// A field's text; nil where it is not stated, or a number.
  public func text(_ field: ProgramField) -> Text? {
    if case .text(let text)? = self[field] { text } else { nil }
  }

  /// Whether no field is stated.
  public var isEmpty: Bool { values.allSatisfy { $0 == nil } }

  /// Puts the fields that `newer` states over these.
  mutating func overlay(_ newer: ProgramFields) {
    for place in values.indices {
      if let value = newer.values[place] { values[place] = value }
    }
  }

  /// Takes away the fields that `other` states.
  mutating func remove(statedBy other: ProgramFields) {
    for place in values.indices where other.values[place] != nil { values[place] = nil }
  }

  /// The terms that these fields make, with the defaults of the specification for the rest.
  public var terms: Terms {
    var terms = Terms()
    for field in ProgramField.allCases {
      switch self[field] {
      case .integer(let value): terms.set(field, value)
      case .text(let value): terms.set(field, value)
      case nil: break
      }
    }
    return terms
  }
}

extension Terms {
  /// Sets a term that is a number.
  fileprivate mutating func set(_ field: ProgramField, _ value: Int64) {
    switch field {
    case .commissionRate: commissionRate = BasisPoints(Int32(clamping: value))
    case .affiliateShare: affiliateShare = BasisPoints(Int32(clamping: value))
    case .attributionWindowDays: windowDays = value
    case .requireClick: requiresClick = value != 0
    case .payoutMinimumMinor: payoutMinimumMinor = value
    case .holdDays: holdDays = value
    case .maxClicksPerIPHour: maxClicksPerIPHour = value
    case .fraudReviewThreshold: fraudReviewThreshold = BasisPoints(Int32(clamping: value))
    case .signupBonusMinor: signupBonusMinor = value
    default: break
    }
  }

  /// Sets a term that is a text; what is no term is passed over.
  fileprivate mutating func set(_ field: ProgramField, _ value: Text) {
    switch field {
    case .currency: currency = Currency(code: value.string) ?? currency
    case .attributionModel:
      model = AttributionModel.allCases.first { Text($0.word) == value } ?? model
    case .evidence: evidence = EvidenceText.list(value) ?? evidence
    case .payoutSchedule:
      payoutSchedule = PayoutSchedule.allCases.first { Text($0.word) == value } ?? payoutSchedule
    case .payoutAnchor: payoutAnchorDay = DayText.day(value) ?? payoutAnchorDay
    case .payoutTerm: payoutTermDays = PayoutTermText.days(value) ?? payoutTermDays
    case .tiers: tiers = (try? TermsJSON.tiers(JSONValue(value.string))) ?? tiers
    case .commissionRules:
      commissionRules = (try? TermsJSON.rules(JSONValue(value.string))) ?? commissionRules
    default: break
    }
  }
}
