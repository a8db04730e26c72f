// Clicks that a programme's orders may win by, as plain numbers in flat lists.
import Pipeline

/// A click that a wish names.
struct FoundClick: BitwiseCopyable {
  var instant: Int64
  /// Where its id's bytes stand.
  var idStart: Int
  var idLength: Int32
  var code: Int32
  var visitor: Key96
  var hasVisitor: Bool

  init(_ click: WishedClick, idStart: Int) {
    instant = click.instant
    self.idStart = idStart
    idLength = Int32(truncatingIfNeeded: click.id.count)
    code = click.code
    visitor = click.visitor ?? Key96(high: 0, low: 0)
    hasVisitor = click.visitor != nil
  }
}

/// The bytes of the click ids found, one after the other.
struct FoundIDs {
  private var bytes: [UInt8] = []

  /// Copies an id.
  ///
  /// - Returns: Where it stands.
  @inline(__always) mutating func append(_ id: RawReader) -> Int {
    let start = bytes.count
    id.append(to: &bytes)
    return start
  }

  /// Copies the ids of clicks that were found elsewhere.
  ///
  /// - Returns: How far their starts move.
  mutating func append(_ other: FoundIDs) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: other.bytes)
    return start
  }

  func text(_ found: FoundClick) -> Text { with(found) { $0.text } }

  @inline(__always) func with<Result>(
    _ found: FoundClick, _ body: (RawReader) -> Result
  ) -> Result {
    bytes.withRawReader(found.idStart, Int(found.idLength), body)
  }

  /// Compares the ids of two clicks as bytes.
  func compare(_ left: FoundClick, _ right: FoundClick) -> Int {
    with(left) { left in with(right) { compareBytes(left, $0) } }
  }
}

/// The order of clicks: (instant, click_id, code), bytewise (SPEC 10, Clicks and attribution).
struct FoundOrder {
  let ids: FoundIDs
  let registry: Registry

  func isEarlier(_ left: FoundClick, _ right: FoundClick) -> Bool {
    if left.instant != right.instant { return left.instant < right.instant }
    let order = ids.compare(left, right)
    if order != 0 { return order < 0 }
    guard left.code != right.code else { return false }
    return registry.text(of: CodeOrdinal(Int(left.code)))
      < registry.text(of: CodeOrdinal(Int(right.code)))
  }
}

/// Clicks in numbered lists: gathered in any order, then arranged.
struct FoundLists {
  private var clicks: [FoundClick] = []
  /// By place in `clicks`, while they are gathered.
  private var lists: [Int32] = []
  /// Where each block's clicks end, while they are gathered.
  private var blockEnds: [Int] = []
  /// Where each list starts once they are arranged; one more than there are lists.
  private var starts: [Int]

  init(count: Int) { starts = Array(repeating: 0, count: count + 1) }

  @inline(__always) mutating func append(_ click: FoundClick, list: Int32) {
    clicks.append(click)
    lists.append(list)
    starts[Int(list) &+ 1] &+= 1
  }

  /// Takes in clicks of earlier days that were gathered apart, before any are arranged.
  ///
  /// - Parameter idOffset: How far the starts of their ids have moved.
  mutating func append(_ earlier: FoundLists, idOffset: Int) {
    let before = clicks.count
    clicks.append(contentsOf: earlier.clicks)
    for place in before..<clicks.count { clicks[place].idStart += idOffset }
    lists.append(contentsOf: earlier.lists)
    blockEnds.append(contentsOf: earlier.blockEnds.map { $0 + before })
    for list in starts.indices { starts[list] += earlier.starts[list] }
  }

  /// Ends a block: blocks come the last day first, and the clicks of each one in order.
  mutating func endBlock() {
    if clicks.count > blockEnds.last ?? 0 { blockEnds.append(clicks.count) }
  }

  /// Puts the clicks of each list together, in order; called once, after all are there.
  mutating func arrange(_ order: FoundOrder) {
    for list in starts.indices.dropFirst() { starts[list] += starts[list - 1] }
    guard let any = clicks.first else { return }
    var ends = starts
    var arranged = Array(repeating: any, count: clicks.count)
    endBlock()
    for block in blockEnds.indices.reversed() {
      for place in (block > 0 ? blockEnds[block - 1] : 0)..<blockEnds[block] {
        let list = Int(lists[place])
        arranged[ends[list]] = clicks[place]
        ends[list] &+= 1
      }
    }
    lists = []
    clicks = arranged
    for list in 0..<starts.count - 1 where !isInOrder(starts[list]..<starts[list + 1], order) {
      clicks[starts[list]..<starts[list + 1]].sort(by: order.isEarlier)
    }
  }

  private func isInOrder(_ range: Range<Int>, _ order: FoundOrder) -> Bool {
    for place in range.dropFirst() {
      if clicks[place - 1].instant < clicks[place].instant { continue }
      if order.isEarlier(clicks[place], clicks[place - 1]) { return false }
    }
    return true
  }

  /// The last click of a list that lies within a window.
  func last(_ number: Int32, within window: ClosedRange<Instant>) -> FoundClick? {
    let first = starts[Int(number)]
    var low = first
    var high = starts[Int(number) + 1]
    while low < high {
      let middle = (low + high) / 2
      if clicks[middle].instant > window.upperBound.milliseconds {
        high = middle
      } else {
        low = middle + 1
      }
    }
    guard low > first, clicks[low - 1].instant >= window.lowerBound.milliseconds else {
      return nil
    }
    return clicks[low - 1]
  }

  /// The places of a list's clicks that lie within a window, earliest first.
  func places(_ number: Int32, within window: ClosedRange<Instant>) -> Range<Int> {
    let list = clicks[starts[Int(number)]..<starts[Int(number) + 1]]
    let start = list.partitionPoint { $0.instant >= window.lowerBound.milliseconds }
    let end = list.partitionPoint { $0.instant > window.upperBound.milliseconds }
    return start..<max(start, end)
  }

  subscript(place: Int) -> FoundClick { clicks[place] }

  subscript(places: Range<Int>) -> ArraySlice<FoundClick> { clicks[places] }

  /// By place.
  var codes: some Collection<CodeOrdinal> { clicks.lazy.map { CodeOrdinal(Int($0.code)) } }
}

/// For each code and each instant of an order that names it, the latest click at or before it:
/// for a code no other click matters.
struct LatestByCode {
  /// The latest click after the order before and not after this one.
  private struct Latest {
    let instant: Int64
    var click: FoundClick?
    /// Where in `loans` the click's id is, until the day ends; −1 once it has been copied.
    var loan: Int32 = -1
  }

  private struct Loan {
    let place: Int
    var id: RawReader
  }

  private var latest: [Latest] = []
  /// By code: where its instants start; one more than there are codes.
  private var starts: [Int] = [0]
  /// By code: the first place whose instant is not before the last click's.
  private var cursors: [Int] = []
  /// Ids that still stand in the day's block.
  private var loans: [Loan] = []

  /// - Parameter instants: By code, in any order.
  init(instants: [[Instant]]) {
    for ofCode in instants {
      cursors.append(latest.count)
      var before: Instant?
      for instant in ofCode.sorted() where instant != before {
        latest.append(Latest(instant: instant.milliseconds))
        before = instant
      }
      starts.append(latest.count)
    }
  }

  /// Whether clicks of a code before an instant make no difference: the earliest of its orders has
  /// a click that is not before it, and the later ones have that one or a later one.
  func isSettled(_ code: Int32, before instant: Int64) -> Bool {
    let first = starts[Int(code)]
    guard first < starts[Int(code) &+ 1], let click = latest[first].click else { return false }
    return click.instant >= instant
  }

  /// Notes a click of a wished code at the first order that it could earn.
  @inline(__always) mutating func add(_ click: WishedClick, _ ids: FoundIDs) {
    let code = Int(click.codePlace)
    let end = starts[code &+ 1]
    var place = cursors[code]
    if place > starts[code], latest[place &- 1].instant >= click.instant {
      place = latest[starts[code]..<place].partitionPoint { $0.instant >= click.instant }
    } else {
      while place < end, latest[place].instant < click.instant { place &+= 1 }
    }
    cursors[code] = place
    if place < end, isLater(click, at: place, ids) { set(click, at: place) }
  }

  /// Whether a click comes after what is noted; of one code, so that the code makes no difference.
  @inline(__always) private func isLater(
    _ click: WishedClick, at place: Int, _ ids: FoundIDs
  ) -> Bool {
    guard let best = latest[place].click else { return true }
    if click.instant != best.instant { return click.instant > best.instant }
    let loan = latest[place].loan
    if loan >= 0 { return compareBytes(click.id, loans[Int(loan)].id) > 0 }
    return ids.with(best) { compareBytes(click.id, $0) > 0 }
  }

  @inline(__always) private mutating func set(_ click: WishedClick, at place: Int) {
    latest[place].click = FoundClick(click, idStart: 0)
    let loan = latest[place].loan
    if loan >= 0 {
      loans[Int(loan)].id = click.id
    } else {
      latest[place].loan = Int32(loans.count)
      loans.append(Loan(place: place, id: click.id))
    }
  }

  /// Copies the ids that stand in a day's block, before it is gone.
  mutating func endDay(_ ids: inout FoundIDs) {
    for loan in loans {
      latest[loan.place].click?.idStart = ids.append(loan.id)
      latest[loan.place].loan = -1
    }
    loans.removeAll(keepingCapacity: true)
  }

  /// Lets every later order of a code see what an earlier one saw, unless it saw something later.
  mutating func spread() {
    for code in cursors.indices {
      for place in (starts[code]..<starts[code + 1]).dropFirst() where latest[place].click == nil {
        latest[place].click = latest[place - 1].click
      }
    }
  }

  /// The latest click of a code at or before the instant of one of its orders, in milliseconds.
  func latest(_ code: Int32, before instant: Int64) -> FoundClick? {
    let end = starts[Int(code) + 1]
    let place = latest[starts[Int(code)]..<end].partitionPoint { $0.instant >= instant }
    return place < end && latest[place].instant == instant ? latest[place].click : nil
  }
}
