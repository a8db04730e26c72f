// Finds programmes by the bytes of their ids, without making a text of every row's program_id.
internal import Pipeline

/// The programmes of a registry by id.
struct ProgramIndex: Sendable {
  private let ids: ConstantBytes
  /// Where each programme's id ends in `ids`.
  private let ends: [Int]
  /// Ordinals by hash, −1 where free; a power of two, at most half full.
  private let slots: [Int32]

  init(_ registry: Registry) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var size = 16
    while size < 2 * registry.programs.count { size *= 2 }
    var slots = [Int32](repeating: -1, count: size)
    for (ordinal, program) in registry.programs.enumerated() {
      bytes.append(contentsOf: program.id.text.utf8)
      ends.append(bytes.count)
      var slot = Self.slot(Keys.key(of: program.id.text)) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(ordinal)
    }
    ids = ConstantBytes(bytes)
    self.ends = ends
    self.slots = slots
  }

  /// Where a key belongs; of a key's lower half the last 32 bits are always zero.
  private static func slot(_ key: Digest128) -> Int { Int(truncatingIfNeeded: key.high) }

  /// The programme with this id; nil where there is none.
  func program(_ id: ByteView) -> ProgramOrdinal? {
    var slot = Self.slot(Keys.key(of: id)) & (slots.count - 1)
    while slots[slot] >= 0 {
      let ordinal = Int(slots[slot])
      let start = ordinal == 0 ? 0 : ends[ordinal - 1]
      if isSame(RawReader(ids.view(from: start, to: ends[ordinal])), RawReader(id)) {
        return ProgramOrdinal(ordinal)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Whether both hold the same bytes; short ones are compared as words.
  @inline(__always) private func isSame(_ left: RawReader, _ right: RawReader) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count <= 16 else { return compareBytes(left, right) == 0 }
    return left.lastWords(from: 0) == right.lastWords(from: 0)
  }
}
