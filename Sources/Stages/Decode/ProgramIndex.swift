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
      var slot = Int(truncatingIfNeeded: Keys.key(of: program.id.text).low) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(ordinal)
    }
    ids = ConstantBytes(bytes)
    self.ends = ends
    self.slots = slots
  }

  /// The programme with this id; nil where there is none.
  func program(_ id: ByteView) -> ProgramOrdinal? {
    var slot = Int(truncatingIfNeeded: Keys.key(of: id).low) & (slots.count - 1)
    while slots[slot] >= 0 {
      let ordinal = Int(slots[slot])
      let start = ordinal == 0 ? 0 : ends[ordinal - 1]
      if ids.view(from: start, to: ends[ordinal]) == id { return ProgramOrdinal(ordinal) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }
}
