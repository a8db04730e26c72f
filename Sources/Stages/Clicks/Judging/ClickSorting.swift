// A bucket's clicks in the order in which they are judged: by programme, then by instant.
import Pipeline

/// A click with its place in the order: programme and day above, 27 bits of milliseconds below.
struct ClickItem {
  var key: UInt64
  var record: ClickRecord

  static let timeBits: UInt64 = 27
  /// Days since the year 0, on the way to a group's number.
  static let dayBits: UInt64 = 22
  /// Programme and day.
  var group: UInt64 { key >> Self.timeBits }
}

/// Sorts by key: by group first, which mostly leaves each group sorted, as files are by time.
func sortClicks(_ items: inout [ClickItem], greatestKey: UInt64) {
  let groups = greatestKey >> ClickItem.timeBits
  guard groups < 1 << 16, items.count > 64 else {
    return radixSort(&items, greatestKey: greatestKey)
  }
  var other = items
  let starts = scatter(
    &items, into: &other, shift: ClickItem.timeBits,
    bits: UInt64(UInt64.bitWidth - groups.leadingZeroBitCount))
  swap(&items, &other)
  var start = 0
  for end in starts.prefix(Int(groups) + 1) {
    sortGroup(&items, start..<end)
    start = end
  }
}

/// Sorts the clicks of one group, unless they are in order.
private func sortGroup(_ items: inout [ClickItem], _ range: Range<Int>) {
  var place = range.lowerBound &+ 1
  while place < range.upperBound, items[place &- 1].key <= items[place].key { place &+= 1 }
  guard place < range.upperBound else { return }
  var group = Array(items[range])
  for index in group.indices { group[index].key &= (1 << ClickItem.timeBits) - 1 }
  let number = items[range.lowerBound].group << ClickItem.timeBits
  radixSort(&group, greatestKey: (1 << ClickItem.timeBits) - 1)
  for (index, item) in group.enumerated() {
    items[range.lowerBound + index] = ClickItem(key: number | item.key, record: item.record)
  }
}

/// Sorts by key, keeping the order of equal keys: least significant digits first.
func radixSort(_ items: inout [ClickItem], greatestKey: UInt64) {
  guard items.count > 64 else {
    insertionSort(&items)
    return
  }
  let bits = UInt64.bitWidth - greatestKey.leadingZeroBitCount
  let passes = max((bits + 10) / 11, 1)
  let digitBits = UInt64((bits + passes - 1) / passes)
  var other = items
  for pass in 0..<UInt64(passes) {
    _ = scatter(&items, into: &other, shift: pass * digitBits, bits: digitBits)
    swap(&items, &other)
  }
}

/// Orders by a digit, keeping the order of equal digits.
///
/// - Returns: Where the items of each digit end.
private func scatter(
  _ items: inout [ClickItem], into other: inout [ClickItem], shift: UInt64, bits: UInt64
) -> [Int] {
  let mask: UInt64 = (1 << bits) - 1
  var starts = [Int](repeating: 0, count: 1 << Int(bits))
  for item in items { starts[Int(item.key >> shift & mask)] &+= 1 }
  var sum = 0
  for digit in starts.indices {
    let count = starts[digit]
    starts[digit] = sum
    sum &+= count
  }
  for item in items {
    let digit = Int(item.key >> shift & mask)
    other[starts[digit]] = item
    starts[digit] &+= 1
  }
  return starts
}

private func insertionSort(_ items: inout [ClickItem]) {
  guard items.count > 1 else { return }
  for place in 1..<items.count {
    let item = items[place]
    var hole = place
    while hole > 0, items[hole - 1].key > item.key {
      items[hole] = items[hole - 1]
      hole -= 1
    }
    items[hole] = item
  }
}

/// The clicks of one pass over a bucket, sorted, with whatever memory they stand in.
struct SortedClicks {
  private(set) var items: [ClickItem] = []
  /// Keys above 27 bits: programme place × days + day − first day.
  private(set) var firstDay: Int64 = 0
  private(set) var days: Int64 = 1
  /// The records.
  private let room: ClickRoom

  /// Loads the clicks of a bucket that a pass takes.
  ///
  /// - Parameter room: For their records: ``ClickPass/bytes`` or more, and nobody else's.
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  init(_ bucket: ClickBucket, pass: ClickPass, in room: ClickRoom) throws(ClickFault) {
    self.room = room
    var found: [ClickItem] = []
    found.reserveCapacity(pass.rows)
    // SAFETY: `room` is kept for as long as the items.
    try unsafe Self.collect(bucket, pass, into: room.unsafeWriter, &found)
    items = found
    try order(bucket)
  }

  /// Takes the clicks that the pass wants, each with programme place, day and time for a key.
  private static func collect(
    _ bucket: ClickBucket, _ pass: ClickPass, into room: RawWriter, _ items: inout [ClickItem]
  ) throws(ClickFault) {
    let codes = bucket.rules.codes
    var used = 0
    try bucket.forEachClick(in: pass.pieces) { click in
      guard pass.takesAll || pass.takes(bucket.group(of: click)) else { return }
      let record = room.slice(used, click.recordSize)
      used &+= record.count
      click.storeRecord(into: record)
      let since = UInt64(bitPattern: click.instant &- InstantText.earliestMilliseconds)
      let day = since / UInt64(Instant.day)
      let place = UInt64(truncatingIfNeeded: codes[Int(click.code)].programPlace)
      // SAFETY: a whole record was written there, in the room that is kept beside the items.
      items.append(
        ClickItem(
          key: (place << ClickItem.dayBits | day) << ClickItem.timeBits
            | (since &- day &* UInt64(Instant.day)), record: unsafe ClickRecord(base: record.base)))
    }
  }

  /// Takes the items out, so that whoever changes them has no copy to make.
  mutating func takeItems() -> [ClickItem] {
    var taken: [ClickItem] = []
    swap(&taken, &items)
    return taken
  }

  /// Numbers the groups densely, and sorts.
  private mutating func order(_ bucket: ClickBucket) throws(ClickFault) {
    guard !items.isEmpty else { return }
    let mask: UInt64 = (1 << ClickItem.dayBits) - 1
    var least = UInt64.max
    var greatest: UInt64 = 0
    for item in items {
      least = min(least, item.group & mask)
      greatest = max(greatest, item.group & mask)
    }
    let yearZero = InstantText.earliestMilliseconds / Instant.day
    firstDay = Int64(least) + yearZero
    days = Int64(greatest - least) + 1
    let programs = bucket.rules.buckets[bucket.number].count
    let mostPrograms = 1 << Int(64 - ClickItem.dayBits - ClickItem.timeBits)
    guard programs <= mostPrograms else { throw .spread(programs: programs, days: days) }
    let count = UInt64(days)
    var greatestKey: UInt64 = 0
    for place in items.indices {
      let key = items[place].key
      let group = key >> ClickItem.timeBits
      let number = (group >> ClickItem.dayBits) &* count &+ (group & mask) &- least
      let dense = number << ClickItem.timeBits | key & ((1 << ClickItem.timeBits) - 1)
      items[place].key = dense
      greatestKey = max(greatestKey, dense)
    }
    sortClicks(&items, greatestKey: greatestKey)
  }
}
