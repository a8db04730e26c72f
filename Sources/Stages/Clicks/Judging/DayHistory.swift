// What earlier runs stored of one programme and UTC day, as the judgement of new clicks needs it.
import Pipeline

/// What a night's new clicks of one programme and day have, by which it is told which stored clicks
/// of that day can matter to them: on most late days there are few new clicks, and many stored.
private struct NewClicks {
  private var contents: HashFilter
  private var ids: HashFilter
  private var ips: HashFilter
  /// Whether any has no click id.
  private(set) var anyWithoutID = false

  init(_ items: ArraySlice<ClickItem>) {
    contents = HashFilter(count: items.count)
    ids = HashFilter(count: items.count)
    ips = HashFilter(count: items.count)
    for item in items {
      contents.insert(item.record.content)
      let id = item.record.id
      if id.count > 0 { ids.insert(id.filterHash) } else { anyWithoutID = true }
      if item.record.flags.contains(.hasIP) { ips.insert(item.record.ip.filterHash) }
    }
  }

  @inline(__always) func mayHave(content: UInt64) -> Bool { contents.mayHave(content) }
  @inline(__always) func mayHave(id: RawReader) -> Bool { ids.mayHave(id.filterHash) }
  @inline(__always) func mayHave(ip: Key96) -> Bool { ips.mayHave(ip.filterHash) }
}

/// The stored clicks of earlier runs of one programme and day, as far as they can matter to new ones.
struct DayHistory {
  /// Where a stored row stands.
  private struct Place {
    var block: Int
    var row: Int
    var id: RawReader
  }

  private let blocks: [ClickBlock]
  /// By a content's digest.
  private var contents: [UInt64: Place] = [:]
  /// The ids that are taken, of those that a new click may have.
  private(set) var takenIDs: [RawReader] = []
  /// The identities, without click id, that are taken; none where every new click has an id.
  private(set) var takenWithoutID: [IdentityWithoutID] = []
  /// By hour: accepted clicks with an IP, and the IPs among them that a new click may have.
  private(set) var ipsByHour: [(count: Int, ips: [Key96])] = []

  /// - Parameter items: The new clicks.
  init(_ blocks: [ClickBlock], for items: ArraySlice<ClickItem>) {
    self.blocks = blocks
    guard !blocks.isEmpty else { return }
    let new = NewClicks(items)
    ipsByHour = Array(repeating: (0, []), count: 24)
    for (number, block) in blocks.enumerated() { take(block, number, new) }
  }

  private mutating func take(_ block: ClickBlock, _ number: Int, _ new: NewClicks) {
    // SAFETY: `blocks` keeps the block, and with it the ids taken here, as long as this value.
    let columns = unsafe block.matches.unsafeColumns
    let audit = unsafe block.audit.unsafeColumns
    var offset = 0
    for row in 0..<block.rows {
      let length = columns.idLength(row)
      let id = columns.id(offset: offset, length: length)
      offset += length
      let content = audit.content(row)
      if new.mayHave(content: content) {
        contents[content] = Place(block: number, row: row, id: id)
      }
      let bits = columns.state(row)
      guard let state = ClickState(rawValue: bits & ClickMatches.stateBits), state.claimsIdentity
      else { continue }
      let ip = bits & ClickMatches.ipBit != 0 ? audit.ip(row) : nil
      if id.count > 0 {
        if new.mayHave(id: id) { takenIDs.append(id) }
      } else if new.anyWithoutID {
        takenWithoutID.append(
          IdentityWithoutID(
            instant: columns.instant(row), code: columns.code(at: columns.codePlace(row)),
            visitor: bits & ClickMatches.visitorBit != 0 ? columns.visitor(row) : nil, ip: ip))
      }
      if state == .accepted, let ip {
        let hour = Instant(milliseconds: columns.instant(row)).utcHour
        ipsByHour[hour].count += 1
        if new.mayHave(ip: ip) { ipsByHour[hour].ips.append(ip) }
      }
    }
  }

  /// Whether a row of this content was accepted or filtered before.
  func contains(_ record: ClickRecord) -> Bool {
    guard let place = contents[record.content] else { return false }
    let block = blocks[place.block]
    return block.matches.withColumns { isSame($0, block.audit, place, record) }
  }

  private func isSame(
    _ columns: ClickMatches.Columns, _ audit: ClickAudit, _ place: Place, _ record: ClickRecord
  ) -> Bool {
    let bits = columns.state(place.row)
    let flags = record.flags
    return columns.instant(place.row) == record.instant
      && columns.code(at: columns.codePlace(place.row)) == record.code
      && (bits & ClickMatches.visitorBit != 0) == flags.contains(.hasVisitor)
      && (bits & ClickMatches.ipBit != 0) == flags.contains(.hasIP)
      && (!flags.contains(.hasVisitor) || columns.visitor(place.row) == record.visitor)
      && (!flags.contains(.hasIP) || audit.ip(place.row) == record.ip)
      && place.id.count == record.idLength && compareBytes(place.id, record.id) == 0
  }
}

/// What identifies a click that has no click id (SPEC 3: same code, visitor, ip and instant).
struct IdentityWithoutID: Hashable {
  var instant: Int64
  var code: Int32
  var visitor: Key96?
  var ip: Key96?
}

extension IdentityWithoutID {
  init(_ record: ClickRecord) {
    let flags = record.flags
    instant = record.instant
    code = record.code
    visitor = flags.contains(.hasVisitor) ? record.visitor : nil
    ip = flags.contains(.hasIP) ? record.ip : nil
  }
}
