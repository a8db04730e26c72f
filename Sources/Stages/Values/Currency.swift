// Currencies and how many digits their minor units have.
public import Pipeline

/// An ISO 4217 currency.
public struct Currency: Hashable, Comparable, Sendable {
  /// The three capital letters, packed big-endian.
  @usableFromInline let packed: UInt32

  public static let usd = Currency(packed: 0x555344)

  @usableFromInline init(packed: UInt32) { self.packed = packed }

  /// The currency with this code.
  ///
  /// - Returns: nil where ISO 4217 lists no such currency, or the case differs.
  public init?(code: ByteView) {
    guard code.count == 3 else { return nil }
    let packed = UInt32(code[0]) << 16 | UInt32(code[1]) << 8 | UInt32(code[2])
    guard Self.exponent(of: packed) != nil else { return nil }
    self.init(packed: packed)
  }

  /// The currency with this code; nil where ISO 4217 lists no such currency.
  public init?(code: String) {
    let bytes = Array(code.utf8)
    guard bytes.count == 3 else { return nil }
    let packed = UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2])
    guard Self.exponent(of: packed) != nil else { return nil }
    self.init(packed: packed)
  }

  /// The three capital letters.
  public var code: String {
    String(
      decoding: [UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)],
      as: UTF8.self)
  }

  /// Digits after the point: 2 for USD, 0 for JPY, 3 for KWD.
  public var exponent: Int {
    packed == Self.usd.packed ? 2 : Self.exponent(of: packed) ?? 2
  }

  /// Orders by code.
  public static func < (left: Currency, right: Currency) -> Bool { left.packed < right.packed }
}

extension Currency {
  /// The exponent of a currency by its packed code; nil for no currency of ISO 4217.
  private static func exponent(of packed: UInt32) -> Int? {
    guard let place = place(of: packed) else { return nil }
    let exponent = exponents[place]
    return exponent >= 0 ? Int(exponent) : nil
  }

  /// The place of three capital letters among all such words; nil for other bytes.
  private static func place(of packed: UInt32) -> Int? {
    var place = 0
    var shift: UInt32 = 24
    while shift > 0 {
      shift -= 8
      let letter = Int(packed >> shift & 0xFF) - 0x41
      guard letter >= 0, letter < 26 else { return nil }
      place = place * 26 + letter
    }
    return place
  }

  /// By place: the exponent, −1 for no currency.
  private static let exponents: [Int8] = {
    var table = [Int8](repeating: -1, count: 26 * 26 * 26)
    for (list, exponent) in [(none, 0), (two, 2), (three, 3), (four, 4)] as [(String, Int8)] {
      for code in list.split(separator: " ") {
        let packed = code.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if let place = place(of: packed) { table[place] = exponent }
      }
    }
    return table
  }()

  private static let none = """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """
  private static let three = """
    BHD IQD JOD KWD LYD OMR TND
    """
  private static let four = """
    CLF UYW
    """
  private static let two = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD \
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS \
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR \
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR \
    ZMW ZWL
    """
}
