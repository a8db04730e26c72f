// The accounts of the ledger and their names (SPEC 9 and 10: Runs, Payouts).
import Pipeline

/// The kinds of accounts; the raw value is `balances.account` in the store.
public enum LedgerAccount: UInt8, CaseIterable, Sendable {
  case affiliate, platform, program, payouts, bank

  /// The word before the first colon of an account's name.
  public var word: String {
    switch self {
    case .affiliate: "affiliate"
    case .platform: "platform"
    case .program: "program"
    case .payouts: "payouts"
    case .bank: "bank"
    }
  }

  /// The account's name in postings, such as `affiliate:p1:a%3A7`.
  ///
  /// - Parameter affiliate: Only an affiliate's account has one.
  public func name(program: ProgramID, affiliate: AffiliateID?) -> String {
    switch self {
    case .bank: word
    case .platform, .program, .payouts: "\(word):\(Self.encoded(program.text))"
    case .affiliate:
      "\(word):\(Self.encoded(program.text)):\(Self.encoded(affiliate?.text ?? ""))"
    }
  }

  /// An id with `:` and `%` percent-encoded (SPEC 10, Payouts).
  static func encoded(_ id: Text) -> String {
    guard id.utf8.contains(where: { $0 == 0x3A || $0 == 0x25 }) else { return id.string }
    var bytes: [UInt8] = []
    for byte in id.utf8 {
      switch byte {
      case 0x3A: bytes.append(contentsOf: "%3A".utf8)
      case 0x25: bytes.append(contentsOf: "%25".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// An account in one currency. The bank's postings are kept by the programme that made them.
public struct BalanceKey: Hashable, Comparable, Sendable {
  public var program: ProgramOrdinal
  public var account: LedgerAccount
  /// Only in an affiliate's account.
  public var affiliate: AffiliateOrdinal?
  public var currency: Currency

  public init(
    program: ProgramOrdinal, account: LedgerAccount, affiliate: AffiliateOrdinal?,
    currency: Currency
  ) {
    self.program = program
    self.account = account
    self.affiliate = affiliate
    self.currency = currency
  }

  /// In the order of the store's primary key.
  public static func < (left: BalanceKey, right: BalanceKey) -> Bool {
    left.sortKey < right.sortKey
  }

  private var sortKey: (Int32, UInt8, Int32, Currency) {
    (program.index, account.rawValue, affiliate?.index ?? -1, currency)
  }
}
