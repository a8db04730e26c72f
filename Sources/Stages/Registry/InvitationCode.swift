// Codes that the product makes: they follow from what they are for, so that the same question has
// the same answer in any run.
public import Pipeline

/// An affiliate's invitation codes: one for each fee it may offer.
///
/// A code is 10 characters of lower-case base32 (RFC 4648: a–z, 2–7) of SHA-256 of `invite:` and
/// the affiliate_id, which are its first 50 bits, and 2 characters for the fee in hundredths of a
/// percent: its quotient by 32, then the remainder, so that 0 is `aa` and 1000 (10 %) is `7i`.
public enum InvitationCode {
  /// The greatest fee, in hundredths of a percent.
  public static let feeLimit = BasisPoints(1_000)

  /// The code that names an affiliate and offers a fee.
  ///
  /// - Parameter fee: From 0 to ``feeLimit``; what is beyond counts as the nearer end.
  public static func text(affiliate: AffiliateID, fee: BasisPoints) -> Text {
    let value = Int(min(max(fee.value, 0), feeLimit.value))
    let letters = [Base32.alphabet[value / 32], Base32.alphabet[value % 32]]
    return Text(name(affiliate).string + String(decoding: letters, as: UTF8.self))
  }

  /// The 10 characters that name an affiliate.
  static func name(_ affiliate: AffiliateID) -> Text {
    Base32.digest("invite:" + affiliate.text.string)
  }

  /// A code's two parts; nil where it cannot be an invitation code.
  static func parts(_ code: Text) -> (name: Text, fee: BasisPoints)? {
    let bytes = Array(code.utf8)
    guard bytes.count == 12, let high = Base32.alphabet.firstIndex(of: bytes[10]),
      let low = Base32.alphabet.firstIndex(of: bytes[11])
    else { return nil }
    let fee = BasisPoints(Int32(high * 32 + low))
    guard fee <= feeLimit else { return nil }
    return (Text(String(decoding: bytes.prefix(10), as: UTF8.self)), fee)
  }
}

/// Codes for pairs of programme and affiliate whose row gives none.
public enum GeneratedCode {
  /// 10 lower-case base32 characters of SHA-256 of `code:`program`:`affiliate (SPEC 10, Rows).
  public static func text(program: ProgramID, affiliate: AffiliateID) -> Code {
    Code(Base32.digest("code:\(program):\(affiliate)"))
  }
}

/// Base32 of RFC 4648 in lower case.
enum Base32 {
  static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// 10 characters: the first 50 bits of a text's SHA-256.
  static func digest(_ text: String) -> Text {
    let digest = ByteView.withBytes(of: text) { SHA256.digest(of: $0) }
    let bits = digest.prefix(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 6
    let letters = (0..<10).map { alphabet[Int(bits >> UInt64(45 - 5 * $0) & 31)] }
    return Text(String(decoding: letters, as: UTF8.self))
  }
}
