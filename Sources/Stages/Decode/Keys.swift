// The keys by which people, addresses and visitors are compared without being kept: digests of a
// field's bytes. Shared by all kinds, so that equal fields have equal keys.
public import Pipeline

/// Makes keys from the bytes of fields. A key is the first 96 bits of a digest: what clicks keep of
/// theirs, and enough to tell people apart.
public enum Keys {
  /// The key of a visitor, a fingerprint, a customer or a user: of the bytes as they stand.
  public static func key(of bytes: ByteView) -> Digest128 {
    ContentHash.digest(of: bytes).narrowed
  }

  /// The same key, of a text.
  public static func key(of text: Text) -> Digest128 {
    ByteView.lendBytes(of: text) { key(of: $0) }
  }

  /// The keyed digest of an IP address (SPEC 7: IPs are stored only as a keyed hash).
  public static func ip(_ bytes: ByteView, key: ContentHash.Key) -> Digest128 {
    ContentHash.digest(of: bytes, key: key).narrowed
  }

  /// The key of an e-mail, normalised.
  public static func email(_ text: Text) -> Digest128 {
    let keys = EmailKeys()
    return ByteView.withBytes(of: text.string) { keys.keys(of: $0).email }
  }
}

extension Digest128 {
  /// Its first 96 bits, followed by zeros.
  public var narrowed: Digest128 { Digest128(high: high, low: low & ~0xFFFF_FFFF) }

  /// Its first 64 bits, followed by zeros: enough to tell the rows of one order apart.
  public var halved: Digest128 { Digest128(high: high, low: 0) }
}

/// Normalises e-mails and makes their keys: trimmed, in lower case, without a +tag, and without
/// dots before gmail.com and googlemail.com (SPEC 9, Fraud).
public final class EmailKeys {
  private let scratch = ContentBuffer(capacity: 256)

  public init() {}

  /// The keys of the normalised e-mail and of its domain; an e-mail without `@` has no domain.
  public func keys(of email: ByteView) -> (email: Digest128, domain: Digest128?) {
    if let at = Self.separatorOfPlain(email) {
      let domain = email.slice(from: at + 1, to: email.count)
      return (Keys.key(of: email), Keys.key(of: domain))
    }
    let at = normalise(email)
    let domain = at.map { Keys.key(of: scratch.view(from: $0 + 1, to: scratch.count)) }
    return (Keys.key(of: scratch.view), domain)
  }

  /// The normalised e-mail.
  public func normalised(_ email: ByteView) -> [UInt8] {
    _ = normalise(email)
    return scratch.view.copied()
  }

  /// The place of the last `@` of an e-mail that is its own normal form beyond doubt; most are.
  private static func separatorOfPlain(_ email: ByteView) -> Int? {
    var at = -1
    for place in 0..<email.count {
      let byte = email[place]
      if byte == UInt8(ascii: "@") { at = place }
      if byte <= 0x20 || byte == UInt8(ascii: "+") || (byte >= 0x41 && byte <= 0x5A) {
        return nil
      }
    }
    guard at >= 0, !ignoresDots(email, from: at + 1, to: email.count) else { return nil }
    return at
  }

  /// Fills the scratch; returns the place of the `@` in it.
  private func normalise(_ email: ByteView) -> Int? {
    scratch.truncate(to: 0)
    var start = 0
    var end = email.count
    while start < end, Self.isSpace(email[start]) { start += 1 }
    while end > start, Self.isSpace(email[end - 1]) { end -= 1 }
    var at = end - 1
    while at >= start, email[at] != UInt8(ascii: "@") { at -= 1 }
    guard at >= start else {
      for place in start..<end { scratch.append(Self.lower(email[place])) }
      return nil
    }
    let dropsDots = Self.ignoresDots(email, from: at + 1, to: end)
    for place in start..<at {
      let byte = email[place]
      if byte == UInt8(ascii: "+") { break }
      if !dropsDots || byte != UInt8(ascii: ".") { scratch.append(Self.lower(byte)) }
    }
    let newAt = scratch.count
    for place in at..<end { scratch.append(Self.lower(email[place])) }
    return newAt
  }

  private static func ignoresDots(_ email: ByteView, from start: Int, to end: Int) -> Bool {
    switch end - start {
    case 9: isDomain("gmail.com", email, from: start)
    case 14: isDomain("googlemail.com", email, from: start)
    default: false
    }
  }

  private static func isDomain(_ domain: String, _ email: ByteView, from start: Int) -> Bool {
    var place = start
    for byte in domain.utf8 {
      guard lower(email[place]) == byte else { return false }
      place += 1
    }
    return true
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
