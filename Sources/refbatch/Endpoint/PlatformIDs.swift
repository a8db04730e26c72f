// Ids in the forms that platforms have for them: UUIDs for bitcain, integers for Fangate
// (ENDPOINT G.5). The same native id has the same form in any run and workspace.
import Pipeline

/// What an id is of: part of what a derived id follows from.
enum IDKind: String {
  case affiliate, code, lead, payout, reversal, reward, tier, user
}

/// UUIDs of native ids.
enum PlatformUUID {
  /// The namespace of all derived UUIDs: 6f1d3c0b-5a57-4e0b-9b61-2f6e0c8d4177, made up once and
  /// never to be changed.
  static let namespace: [UInt8] = [
    0x6F, 0x1D, 0x3C, 0x0B, 0x5A, 0x57, 0x4E, 0x0B, 0x9B, 0x61, 0x2F, 0x6E, 0x0C, 0x8D, 0x41, 0x77,
  ]

  /// A native id that is a UUID in lower case; else UUIDv5 of `kind:id`.
  static func text(_ kind: IDKind, _ id: Text) -> String {
    if isUUID(id) { return id.string.lowercased() }
    return version5(Array("\(kind.rawValue):\(id.string)".utf8))
  }

  static func text(_ kind: IDKind, _ id: Text?) -> String? { id.map { text(kind, $0) } }

  /// The UUID of a name under ``namespace``.
  static func version5(_ name: [UInt8]) -> String {
    let hash = SHA1.digest(of: namespace + name)
    return unsafe String(unsafeUninitializedCapacity: 36) { text in
      var place = 0
      func put(_ byte: UInt8) {
        unsafe text[place] = byte
        place += 1
      }
      for index in 0..<16 {
        if index == 4 || index == 6 || index == 8 || index == 10 { put(UInt8(ascii: "-")) }
        var byte = hash[index]
        if index == 6 { byte = byte & 0x0F | 0x50 }
        if index == 8 { byte = byte & 0x3F | 0x80 }
        put(digit(byte >> 4))
        put(digit(byte & 15))
      }
      return place
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func isUUID(_ id: Text) -> Bool {
    let bytes = Array(id.utf8)
    guard bytes.count == 36 else { return false }
    for (place, byte) in bytes.enumerated() {
      if [8, 13, 18, 23].contains(place) {
        guard byte == UInt8(ascii: "-") else { return false }
      } else {
        let isDigit = byte >= 0x30 && byte <= 0x39
        let letter = byte | 0x20
        guard isDigit || letter >= 0x61 && letter <= 0x66 else { return false }
      }
    }
    return true
  }
}

/// Integers of native ids.
enum PlatformNumber {
  /// A native decimal below 2^53 as it is; else the first 52 bits of SHA-256 of `kind:id`, and 1.
  static func number(_ kind: IDKind, _ id: Text) -> Int64 {
    let digits = Array(id.utf8)
    let isDecimal =
      !digits.isEmpty && digits.count <= 16 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      && (digits.count == 1 || digits[0] != 0x30)
    if isDecimal, let value = Int64(id.string), value < 1 << 53 { return value }
    let name = "\(kind.rawValue):\(id.string)"
    let hash = ByteView.withBytes(of: Array(name.utf8)) { SHA256.digest(of: $0) }
    let bits = hash.prefix(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 4
    return Int64(bits) + 1
  }
}
