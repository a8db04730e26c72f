// A row of an orders file, packed: what a row leaves out takes a bit, not a word. Until its
// programme is worked on it waits as a record; see OrderRecord.swift.
public import Pipeline

/// One row of an orders file. Fields that the row leaves out are nil.
public struct OrderRow: Sendable {
  public var id: OrderID
  /// Of the typed content (SPEC 10, Rows).
  public var content: Digest128
  public var origin: RowOrigin
  public var program: ProgramOrdinal
  private var statedCurrency = Currency.usd
  private var stated = Stated()
  private var packedStatus = OrderStatus.paid
  private var amountIsMinor = false
  private var refundIsMinor = false
  public var occurredAt: Instant
  private var latest = Instant(milliseconds: 0)
  private var amountDigits: Int64 = 0
  private var refundDigits: Int64 = 0
  private var amountFraction: Int32 = 0
  private var refundFraction: Int32 = 0
  public var code: Text?
  public var clickID: Text?
  public var sku: Text?
  public var category: Text?
  private var visitorKey = Digest128(high: 0, low: 0)
  private var customerKey = Digest128(high: 0, low: 0)
  private var emailKey = Digest128(high: 0, low: 0)
  private var domainKey = Digest128(high: 0, low: 0)
  private var ipKey = Digest128(high: 0, low: 0)

  /// Which of the fields that may be left out have a value.
  private struct Stated: OptionSet, Sendable {
    var rawValue: UInt16 = 0

    static let refund = Stated(rawValue: 1)
    static let currency = Stated(rawValue: 2)
    static let status = Stated(rawValue: 4)
    static let visitor = Stated(rawValue: 8)
    static let customer = Stated(rawValue: 16)
    static let email = Stated(rawValue: 32)
    static let domain = Stated(rawValue: 64)
    static let ip = Stated(rawValue: 128)
    static let updatedAt = Stated(rawValue: 256)
    static let correction = Stated(rawValue: 512)
  }

  public init(
    origin: RowOrigin, content: Digest128, program: ProgramOrdinal, id: OrderID,
    occurredAt: Instant, amount: WrittenAmount
  ) {
    self.origin = origin
    self.content = content
    self.program = program
    self.id = id
    self.occurredAt = occurredAt
    self.amount = amount
  }
}

extension OrderRow {
  private static func keep<Value>(
    _ value: Value?, _ field: Stated, _ stated: inout Stated, _ place: inout Value
  ) {
    guard let value else {
      stated.remove(field)
      return
    }
    stated.insert(field)
    place = value
  }

  public var currency: Currency? {
    get { stated.contains(.currency) ? statedCurrency : nil }
    set { Self.keep(newValue, .currency, &stated, &statedCurrency) }
  }
  public var status: OrderStatus? {
    get { stated.contains(.status) ? packedStatus : nil }
    set { Self.keep(newValue, .status, &stated, &packedStatus) }
  }
  /// Whether the row changes its order's amount by ``amount``, which may be negative, instead of
  /// stating it. Only rows of a profile do.
  public var isCorrection: Bool {
    get { stated.contains(.correction) }
    set { if newValue { stated.insert(.correction) } else { stated.remove(.correction) } }
  }
  /// Keys are 128-bit digests of the field's bytes; the IP's is keyed.
  public var visitor: Digest128? {
    get { stated.contains(.visitor) ? visitorKey : nil }
    set { Self.keep(newValue, .visitor, &stated, &visitorKey) }
  }
  public var customer: Digest128? {
    get { stated.contains(.customer) ? customerKey : nil }
    set { Self.keep(newValue, .customer, &stated, &customerKey) }
  }
  /// Of the normalised e-mail.
  public var email: Digest128? {
    get { stated.contains(.email) ? emailKey : nil }
    set { Self.keep(newValue, .email, &stated, &emailKey) }
  }
  /// Of the normalised e-mail's domain, to find disposable ones.
  public var emailDomain: Digest128? {
    get { stated.contains(.domain) ? domainKey : nil }
    set { Self.keep(newValue, .domain, &stated, &domainKey) }
  }
  public var ip: Digest128? {
    get { stated.contains(.ip) ? ipKey : nil }
    set { Self.keep(newValue, .ip, &stated, &ipKey) }
  }
  public var updatedAt: Instant? {
    get { stated.contains(.updatedAt) ? latest : nil }
    set { Self.keep(newValue, .updatedAt, &stated, &latest) }
  }
}

extension OrderRow {
  public var amount: WrittenAmount {
    get {
      WrittenAmount(
        digits: amountDigits, fractionDigits: amountFraction, isMinor: amountIsMinor)
    }
    set {
      amountDigits = newValue.digits
      amountFraction = newValue.fractionDigits
      amountIsMinor = newValue.isMinor
    }
  }

  public var refunded: WrittenAmount? {
    get {
      guard stated.contains(.refund) else { return nil }
      return WrittenAmount(
        digits: refundDigits, fractionDigits: refundFraction, isMinor: refundIsMinor)
    }
    set {
      guard let newValue else {
        stated.remove(.refund)
        return
      }
      stated.insert(.refund)
      refundDigits = newValue.digits
      refundFraction = newValue.fractionDigits
      refundIsMinor = newValue.isMinor
    }
  }
}
