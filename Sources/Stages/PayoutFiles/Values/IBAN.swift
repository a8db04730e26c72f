// International bank account numbers (ISO 13616) and bank identifiers (ISO 9362).

/// An account number that names its country and checks itself.
public struct IBAN: Hashable, Sendable {
  /// The electronic form: capital letters and digits, no spaces.
  public let text: String

  /// Reads the electronic form, or the printed one with its spaces; both name the same account.
  /// Small letters are taken as capitals.
  ///
  /// - Throws: ``FormFault``.
  public init(_ written: String) throws(FormFault) {
    var bytes: [UInt8] = []
    for byte in written.utf8 where byte != UInt8(ascii: " ") {
      bytes.append(try byte.capitalOrDigit)
    }
    guard !bytes.isEmpty else { throw .empty }
    let country = String(decoding: bytes.prefix(2), as: UTF8.self)
    guard let length = Self.lengths[country] else { throw .unknownCountry }
    guard bytes.count == length else { throw .length(expected: length) }
    guard Self.remainder(of: bytes) == 1 else { throw .checkDigits }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The two letters of its country.
  public var country: String { String(text.prefix(2)) }

  /// Whether its country is in the Single Euro Payments Area.
  public var isInSEPA: Bool { Self.sepaCountries.contains(country) }

  /// The number that the digits make, letters counting from 10, modulo 97, the first four behind.
  ///
  /// - Note: Source: ISO 7064, MOD 97-10.
  private static func remainder(of bytes: [UInt8]) -> Int {
    (bytes.dropFirst(4) + bytes.prefix(4)).reduce(0) { rest, byte in
      byte < UInt8(ascii: "A")
        ? (rest * 10 + Int(byte - UInt8(ascii: "0"))) % 97
        : (rest * 100 + Int(byte - UInt8(ascii: "A")) + 10) % 97
    }
  }
}

extension IBAN {
  /// How many characters an account number has, by country (the registry of ISO 13616).
  private static let lengths: [String: Int] = {
    let registry = [
      (15, "NO"), (16, "BE"), (18, "DK FI FK FO GL NL SD"), (19, "MK SI"),
      (20, "AT BA EE KZ LT LU MN XK"), (21, "CH HR LI LV"),
      (22, "BG BH CR DE GB GE IE ME RS VA"), (23, "AE GI IL IQ OM SO TL"),
      (24, "AD CZ ES MD PK RO SA SE SK TN VG"), (25, "LY PT ST"), (26, "IS TR"),
      (27, "BI DJ FR GR IT MC MR SM"), (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
      (29, "BR EG PS QA UA"), (30, "JO KW MU YE"), (31, "MT SC"), (32, "LC"), (33, "RU"),
    ]
    var lengths: [String: Int] = [:]
    for (length, countries) in registry {
      for country in countries.split(separator: " ") { lengths[String(country)] = length }
    }
    return lengths
  }()

  private static let sepaCountries: Set<Substring> = Set(
    """
    AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT \
    NL NO PL PT RO RS SE SI SK SM VA
    """.split(separator: " "))
}

extension Set<Substring> {
  fileprivate func contains(_ word: String) -> Bool { contains(word[...]) }
}

/// A bank's identifier of 8 or 11 characters.
public struct BIC: Hashable, Sendable {
  /// Capital letters and digits.
  public let text: String

  /// Reads an identifier; small letters are taken as capitals.
  ///
  /// - Throws: ``FormFault``.
  public init(_ written: String) throws(FormFault) {
    var bytes: [UInt8] = []
    for byte in written.utf8 { bytes.append(try byte.capitalOrDigit) }
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count == 8 || bytes.count == 11 else {
      throw .length(expected: bytes.count > 8 ? 11 : 8)
    }
    // The schema of pain.001.001.03 is the strictest: no bank has an identifier outside of it.
    guard bytes.prefix(6).allSatisfy(\.isCapital), !(0x30...0x31).contains(bytes[6]),
      bytes[7] != UInt8(ascii: "O")
    else { throw .character }
    text = String(decoding: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isSmallLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  /// The byte where it is a capital or a digit, the capital of a small letter.
  fileprivate var capitalOrDigit: UInt8 {
    get throws(FormFault) {
      if isDigit || isCapital { return self }
      if isSmallLetter { return self - 0x20 }
      throw .character
    }
  }
}
