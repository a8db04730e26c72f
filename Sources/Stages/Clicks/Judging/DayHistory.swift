// What earlier runs stored of one programme and UTC day, as the judgement of new clicks needs it.
import Pipeline

/// The stored clicks of earlier runs of one programme and day.
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
  /// The ids that are taken.
  private(set) var takenIDs: [RawReader] = []
  /// The identities, without click id, that are taken.
  private(set) var takenWithoutID: [IdentityWithoutID] = []
  /// Accepted clicks with an IP, by hour.
  private(set) var ipsByHour: [[Key96]] = []

  var isEmpty: Bool { blocks.isEmpty }

  init(_ blocks: [ClickBlock]) {
    self.blocks = blocks
    guard !blocks.isEmpty else { return }
    contents.reserveCapacity(blocks.reduce(0) { $0 + $1.rows })
    ipsByHour = Array(repeating: [], count: 24)
    for (number, block) in blocks.enumerated() { take(block, number) }
  }

  private mutating func take(_ block: ClickBlock, _ number: Int) {
    // SAFETY: `blocks` keeps the block, and with it the ids taken here, as long as this value.
    let columns = unsafe block.matches.unsafeColumns
    var offset = 0
    for row in 0..<block.rows {
      let length = columns.idLength(row)
      let id = columns.id(offset: offset, length: length)
      offset += length
      contents[block.audit.content(row)] = Place(block: number, row: row, id: id)
      let bits = columns.state(row)
      guard let state = ClickState(rawValue: bits & ClickMatches.stateBits), state.claimsIdentity
      else { continue }
      let ip = bits & ClickMatches.ipBit != 0 ? block.audit.ip(row) : nil
      if id.count > 0 {
        takenIDs.append(id)
      } else {
        takenWithoutID.append(
          IdentityWithoutID(
            instant: columns.instant(row), code: columns.code(at: columns.codePlace(row)),
            visitor: bits & ClickMatches.visitorBit != 0 ? columns.visitor(row) : nil, ip: ip))
      }
      if state == .accepted, let ip {
        ipsByHour[Instant(milliseconds: columns.instant(row)).utcHour].append(ip)
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
