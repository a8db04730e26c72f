// What only few conversions have, as the JSON object in `conversion_rows.rest`: NULL for the many.
import Pipeline

/// The rare numbers of a conversion and of its first credit.
struct ConversionRest: Hashable {
  /// The names in the object; each has one whole number.
  enum Name: Int, CaseIterable {
    /// `updated_at` less `occurred_at`, where they differ, in milliseconds.
    case updated
    case refunded
    /// How many credits, where more than one.
    case credits
    /// Where it is not 1.
    case weight
    /// The earning, where it is an amount.
    case flat
    case inviter
    case fee
    case override
    /// The reward's amount, where it is not the payout.
    case reward
    /// `payable_at` less `occurred_at`, where that is not a number of days, in milliseconds.
    case payable

    var word: StaticString {
      switch self {
      case .updated: "updated"
      case .refunded: "refunded"
      case .credits: "credits"
      case .weight: "weight"
      case .flat: "flat"
      case .inviter: "inviter"
      case .fee: "fee"
      case .override: "override"
      case .reward: "reward"
      case .payable: "payable"
      }
    }

    /// The number in SQL, NULL where it is absent.
    func sql(_ column: String) -> String { "json_extract(\(column), '$.\(word)')" }
  }

  private var values: InlineArray<10, Int64> = .init(repeating: 0)
  private var present: UInt16 = 0

  init() {}

  static func == (left: Self, right: Self) -> Bool {
    Name.allCases.allSatisfy { left[$0] == right[$0] }
  }

  func hash(into hasher: inout Hasher) { for name in Name.allCases { hasher.combine(self[name]) } }

  var isEmpty: Bool { present == 0 }

  subscript(name: Name) -> Int64? {
    get { present >> name.rawValue & 1 == 1 ? values[name.rawValue] : nil }
    set {
      present &= ~(1 << name.rawValue)
      guard let newValue else { return }
      present |= 1 << name.rawValue
      values[name.rawValue] = newValue
    }
  }

  /// The object; nil where there is nothing in it.
  var text: Text? {
    guard !isEmpty else { return nil }
    var json = "{"
    for name in Name.allCases {
      guard let value = self[name] else { continue }
      if json.utf8.count > 1 { json += "," }
      json += "\"\(name.word)\":\(value)"
    }
    return Text(json + "}")
  }

  /// Reads what ``text`` wrote; nil for anything else.
  init?(_ text: Text) {
    guard let object = text.string.utf8.first, object == UInt8(ascii: "{"),
      text.string.utf8.last == UInt8(ascii: "}")
    else { return nil }
    for member in text.string.dropFirst().dropLast().utf8.split(separator: UInt8(ascii: ",")) {
      guard let colon = member.firstIndex(of: UInt8(ascii: ":")),
        let value = Int64(Substring(member[member.index(after: colon)...])),
        let name = Name.allCases.first(where: { name in
          Substring(member[..<colon]).utf8.elementsEqual("\"\(name.word)\"".utf8)
        })
      else { return nil }
      self[name] = value
    }
  }
}
