// Ids that are derived from what they stand for, so that any run gives them alike (SPEC 1).
import Glibc
import Pipeline

/// What tells a reward from all others.
struct RewardKey {
  var type: RewardType
  var program: ProgramID
  var affiliate: AffiliateID?
  var order: OrderID?
  var referral: ReferralID?
  var generation: Int32 = 0
  var credit: Int32 = 0
  var sequence: Int32 = 0
  var level: Int64 = 0

  init(type: RewardType, program: ProgramID) {
    self.type = type
    self.program = program
  }

  /// The reward's id.
  var digest: Digest128 {
    let texts = (program.text, affiliate?.text ?? "", order?.text ?? "", referral?.text ?? "")
    let numbers = 4 * 20
    let room =
      24 + texts.0.utf8.count + texts.1.utf8.count + texts.2.utf8.count + texts.3.utf8.count
      + numbers + 8
    return WordDigest.of(room: room) { words in
      words.append("reward")
      words.next(type.constantWord)
      words.next(texts.0)
      words.next(texts.1)
      words.next(texts.2)
      words.next(texts.3)
      words.next(Int64(generation))
      words.next(Int64(credit))
      words.next(Int64(sequence))
      words.next(level)
    }
  }
}

extension RewardKey {
  /// The id of a credit's reward: that of the key with these parts, without the key. Every order
  /// asks for one.
  static func digest(
    _ type: RewardType, program: Text, order: Text, generation: Int32, credit: Int32,
    sequence: Int32
  ) -> Digest128 {
    let numbers = 4 * 20
    return WordDigest.of(room: 32 + program.utf8.count + order.utf8.count + numbers) { words in
      words.append("reward")
      words.next(type.constantWord)
      words.next(program)
      words.next("" as StaticString)
      words.next(order)
      words.next("" as StaticString)
      words.next(Int64(generation))
      words.next(Int64(credit))
      words.next(Int64(sequence))
      words.next(0 as Int64)
    }
  }
}

extension RewardType {
  /// `word`, without a String.
  fileprivate var constantWord: StaticString {
    switch self {
    case .commission: "commission"
    case .signupBonus: "signup_bonus"
    case .tierBonus: "tier_bonus"
    case .override: "override"
    }
  }
}

/// Words on their way to a digest, told apart by U+001F, in memory of the caller's stack.
@safe struct WordDigest {
  // SAFETY: `buffer` is lent by `of(room:)` for the length of the call; every append checks the
  // room that is left.
  private let buffer: UnsafeMutableRawBufferPointer
  private var count = 0

  private init(_ buffer: UnsafeMutableRawBufferPointer) { unsafe self.buffer = buffer }

  /// The content hash of the words that `fill` appends.
  ///
  /// - Parameter room: At least the number of their bytes.
  static func of(room: Int, _ fill: (inout WordDigest) -> Void) -> Digest128 {
    unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { buffer in
      var words = unsafe WordDigest(buffer)
      fill(&words)
      guard let base = buffer.baseAddress else {
        return ByteView.withBytes(of: []) { ContentHash.digest(of: $0) }
      }
      let bytes = unsafe UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
      return ContentHash.digest(of: unsafe ByteView(base: bytes, count: words.count))
    }
  }

  @inline(__always) private mutating func append(_ byte: UInt8) {
    unsafe precondition(count < buffer.count, "a digest of more bytes than there is room for")
    unsafe buffer[count] = byte
    count &+= 1
  }

  @inline(__always) private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe precondition(bytes.count <= buffer.count - count, "a digest beyond its room")
    guard let source = bytes.baseAddress, let target = unsafe buffer.baseAddress else { return }
    unsafe memcpy(target + count, source, bytes.count)
    count &+= bytes.count
  }

  mutating func append(_ word: StaticString) {
    unsafe append(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  mutating func next(_ word: StaticString) {
    append(Self.separator)
    append(word)
  }

  mutating func next(_ word: Text) {
    append(Self.separator)
    unsafe word.withBytes { bytes in unsafe append(bytes) }
  }

  mutating func next(_ number: Int64) {
    append(Self.separator)
    if number < 0 { append(UInt8(ascii: "-")) }
    var digits = number.magnitude
    guard digits > 9 else { return append(UInt8(ascii: "0") &+ UInt8(digits)) }
    let start = count
    while digits > 0 {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digits % 10))
      digits /= 10
    }
    unsafe buffer[start..<count].reverse()
  }

  private static let separator: UInt8 = 0x1F
}

/// The digest of some words, told apart by U+001F.
func digest128(of words: String...) -> Digest128 {
  ByteView.withBytes(of: words.joined(separator: "\u{1F}")) { ContentHash.digest(of: $0) }
}
