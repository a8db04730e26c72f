// Tiers and commission rules, as their JSON columns state them (SPEC 4, Tiers; SPEC 9, Money).
internal import Pipeline

/// Reads the JSON of a programme's terms.
enum TermsJSON {
  /// `[{name, level, min_referrals, commission_rate, bonus_minor}]`; bonus_minor may be left out.
  static func tiers(_ json: JSONValue) throws(ValueFault) -> [Tier] {
    guard case .array(let elements) = json else {
      throw ValueFault(.badValue, "must be a JSON array of tiers")
    }
    var tiers: [Tier] = []
    for element in elements {
      let tier = try tier(element)
      guard !tiers.contains(where: { $0.level == tier.level }) else {
        throw ValueFault(.badValue, "has level \(tier.level) twice; give each tier its own")
      }
      tiers.append(tier)
    }
    return tiers
  }

  private static func tier(_ json: JSONValue) throws(ValueFault) -> Tier {
    Tier(
      name: try required(json, "name") { field throws(ValueFault) in try field.text(limit: 255) },
      level: try required(json, "level", count),
      minimumReferrals: try required(json, "min_referrals", count),
      commissionRate: try required(json, "commission_rate") { field throws(ValueFault) in
        try field.rate(100...10_000)
      },
      bonusMinor: try optional(json, "bonus_minor", count) ?? 0)
  }

  /// `[{"sku" or "category": …, "rate" or "amount_minor": …}]`.
  static func rules(_ json: JSONValue) throws(ValueFault) -> [CommissionRule] {
    guard case .array(let elements) = json else {
      throw ValueFault(.badValue, "must be a JSON array of rules")
    }
    var rules: [CommissionRule] = []
    for element in elements { rules.append(try rule(element)) }
    return rules
  }

  private static func rule(_ json: JSONValue) throws(ValueFault) -> CommissionRule {
    let text = { (field: Field) throws(ValueFault) -> Text in try field.text() }
    let sku = try optional(json, "sku", text)
    let category = try optional(json, "category", text)
    let rate = try optional(json, "rate") { field throws(ValueFault) in
      try field.rate(100...10_000)
    }
    let flat = try optional(json, "amount_minor", count)
    let subject: CommissionRule.Subject
    switch (sku, category) {
    case (let sku?, nil): subject = .sku(sku)
    case (nil, let category?): subject = .category(category)
    default: throw ValueFault(.badValue, "has a rule without exactly one of sku and category")
    }
    switch (rate, flat) {
    case (let rate?, nil): return CommissionRule(subject: subject, earning: .rate(rate))
    case (nil, let flat?): return CommissionRule(subject: subject, earning: .flat(flat))
    default: throw ValueFault(.badValue, "has a rule without exactly one of rate and amount_minor")
    }
  }

  private static func count(_ field: Field) throws(ValueFault) -> Int64 {
    try field.integer(0...Int64.max)
  }

  private static func required<Value>(
    _ json: JSONValue, _ key: StaticString, _ read: (Field) throws(ValueFault) -> Value
  ) throws(ValueFault) -> Value {
    guard let value = try optional(json, key, read) else {
      throw ValueFault(.badValue, "has an element without \(key); give it one")
    }
    return value
  }

  /// A member's value; null is absent, as in a row.
  private static func optional<Value>(
    _ json: JSONValue, _ key: StaticString, _ read: (Field) throws(ValueFault) -> Value
  ) throws(ValueFault) -> Value? {
    guard let member = json[Text(key.description)] else { return nil }
    do {
      return try member.withField(read)
    } catch {
      throw ValueFault(error.reason, "has \(key) \(member.canonicalText), which \(error.expected)")
    }
  }
}

extension JSONValue {
  /// Lends the value as a field of a row; nil for null and for an empty text.
  func withField<Value>(
    _ body: (Field) throws(ValueFault) -> Value
  ) throws(ValueFault) -> Value? {
    let (text, form): (Text, FieldForm)
    switch self {
    case .null: return nil
    case .string(let string) where string.isEmpty: return nil
    case .string(let string): (text, form) = (string, .text)
    case .number(let number): (text, form) = (number, .number)
    case .bool(let truth): (text, form) = (truth ? "true" : "false", .literal)
    case .array, .object: (text, form) = (Text(canonicalText), .structure)
    }
    return try ByteView.withBytes(of: text.string) { bytes throws(ValueFault) -> Value in
      try body(Field(bytes: bytes, form: form))
    }
  }
}
