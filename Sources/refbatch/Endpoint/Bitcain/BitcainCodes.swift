// `/code` and `/link`: the default code, and how to share it.
import Pipeline
import Stages

enum BitcainCodes {
  /// The default code: the oldest active one, else the oldest (ENDPOINT S0.4, S1.1).
  ///
  /// - Throws: ``Refusal`` where there is none.
  private static func defaultCode(_ call: Call, _ affiliate: AffiliateFacts) throws -> CodeFacts {
    let narrowing = try call.narrowing()
    let codes = try call.reading.codes(ofAffiliate: affiliate.number)
      .filter { narrowing == nil || $0.program == narrowing }
    guard let code = codes.standard else { throw Refusal.notFound("Referral code not found") }
    return code
  }

  @Sendable static func code(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let code = try defaultCode(call, affiliate)
    return try Answer.json { json in
      json.beginObject()
      json.member("code", code.code)
      json.member("is_active", code.isActive)
      json.member("expires_at", code.expiresAt)
      json.member("max_uses", code.maxUses)
      json.member("metadata", json: code.metadata)
      json.member("id", PlatformUUID.text(.code, code.code))
      json.member("user_id", PlatformUUID.text(.affiliate, affiliate.id))
      json.member("current_uses", code.uses)
      json.member("created_at", code.createdAt)
      json.member("updated_at", code.updatedAt)
      json.endObject()
    }
  }

  @Sendable static func link(_ call: Call) throws -> Answer {
    let code = try defaultCode(call, try call.ownAffiliate())
    let program = try call.reading.program(code.program)
    let site =
      program?.websiteURL?.string ?? program?.domain.map { domain in
        domain.string.contains("://") ? domain.string : "https://\(domain)"
      } ?? "\(call.publicURL)/"
    let url = ReferralLink.url(site, code: code.code)
    let name = program?.programName ?? program?.name ?? program?.id ?? ""
    return try Answer.json { json in
      json.beginObject()
      json.member("code", code.code)
      json.member("referral_url", url)
      json.member("shareable_text", "Join \(name) with my code \(code.code): \(url)")
      json.endObject()
    }
  }
}

/// A site's address with a code.
enum ReferralLink {
  /// Adds `ref=CODE` to a query; another `ref` gives way, other parameters and the fragment stay.
  static func url(_ site: String, code: Text) -> String {
    let parts = site.utf8.split(
      separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
    let fragment = parts.count > 1 ? "#" + String(decoding: parts[1], as: UTF8.self) : ""
    let pieces = (parts.first ?? site.utf8[...]).split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    let base = String(decoding: pieces.first ?? site.utf8[...], as: UTF8.self)
    var query: [String] = []
    if pieces.count > 1 {
      query = pieces[1].split(separator: UInt8(ascii: "&")).map {
        String(decoding: $0, as: UTF8.self)
      }
      query.removeAll { $0.utf8.elementsEqual("ref".utf8) || $0.utf8.starts(with: "ref=".utf8) }
    }
    query.append("ref=" + escaped(code))
    return base + "?" + query.joined(separator: "&") + fragment
  }

  /// A code as a query may have it (RFC 3986: unreserved characters as they are).
  private static func escaped(_ code: Text) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in code.utf8 {
      let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
      let isDigit = byte >= 0x30 && byte <= 0x39
      if isLetter || isDigit || "-._~".utf8.contains(byte) {
        text.append(byte)
      } else {
        text.append(UInt8(ascii: "%"))
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
