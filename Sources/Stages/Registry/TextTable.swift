// Where texts stand in a list, found by their bytes: for the lookups that every order makes.
import Pipeline

/// An open-addressing table of places. The texts themselves stay in their list, which the caller
/// compares with.
struct TextTable: Sendable {
  /// A place with 32 bits of its text's hash; −1 where the slot is free.
  private struct Slot: Sendable {
    var hash: UInt32 = 0
    var place: Int32 = -1
  }

  private var slots: [Slot]
  private var count = 0

  /// - Parameter room: How many texts are expected.
  init(room: Int = 0) {
    slots = Array(repeating: Slot(), count: Self.capacity(for: room))
  }

  /// At most half of the slots are used.
  private static func capacity(for room: Int) -> Int {
    var capacity = 16
    while capacity < room * 2 { capacity *= 2 }
    return capacity
  }

  private static func hash(_ text: Text) -> UInt32 {
    ByteView.lendBytes(of: text) { UInt32(truncatingIfNeeded: ContentHash.digest(of: $0).low) }
  }

  /// The text's place; nil where there is none.
  ///
  /// - Parameter isAt: Whether the text stands at a place of the list.
  @inline(__always) func place(of text: Text, isAt: (Int) -> Bool) -> Int? {
    guard count > 0 else { return nil }
    let hash = Self.hash(text)
    let mask = slots.count &- 1
    var slot = Int(hash) & mask
    while slots[slot].place >= 0 {
      if slots[slot].hash == hash, isAt(Int(slots[slot].place)) { return Int(slots[slot].place) }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Takes in a text that the table does not have.
  mutating func insert(_ text: Text, at place: Int) {
    if (count + 1) * 2 > slots.count { grow() }
    put(Slot(hash: Self.hash(text), place: Int32(truncatingIfNeeded: place)))
    count += 1
  }

  private mutating func put(_ entry: Slot) {
    let mask = slots.count &- 1
    var slot = Int(entry.hash) & mask
    while slots[slot].place >= 0 { slot = (slot &+ 1) & mask }
    slots[slot] = entry
  }

  private mutating func grow() {
    let former = slots
    slots = Array(repeating: Slot(), count: former.count * 2)
    for entry in former where entry.place >= 0 { put(entry) }
  }
}

/// The codes of a registry, found by their bytes.
struct CodeIndex: Sendable {
  private var table: TextTable
  /// By programme: its codes that have a limit of uses, and that.
  private var limits: [ProgramOrdinal: [CodeOrdinal: Int64]] = [:]

  init(_ registry: Registry) {
    table = TextTable(room: registry.codes.count)
    for place in registry.codes.indices {
      table.insert(registry.codes[place].code.text, at: place)
      guard let limit = registry.codes[place].maxUses else { continue }
      limits[registry.codes[place].program, default: [:]][CodeOrdinal(place)] = limit
    }
  }

  /// The programme's codes that have a limit of uses, with that limit.
  func limits(in program: ProgramOrdinal) -> [CodeOrdinal: Int64] { limits[program] ?? [:] }

  /// The code with this text; nil where there is none.
  func code(_ text: Text, in registry: Registry) -> CodeOrdinal? {
    table.place(of: text) { registry.codes[$0].code.text == text }.map { CodeOrdinal($0) }
  }
}
