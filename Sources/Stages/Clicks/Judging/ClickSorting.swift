// A bucket's clicks in the order in which they are judged: by programme, then by instant.

/// A click with its place in the order: programme and day above, 27 bits of milliseconds below.
struct ClickItem {
  var key: UInt64
  var record: ClickRecord

  static let timeBits: UInt64 = 27
  /// Programme and day.
  var group: UInt64 { key >> Self.timeBits }
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
    scatter(&items, into: &other, shift: pass * digitBits, bits: digitBits)
    swap(&items, &other)
  }
}

private func scatter(
  _ items: inout [ClickItem], into other: inout [ClickItem], shift: UInt64, bits: UInt64
) {
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
  /// Spilled records that were read back.
  private var readBack: [OwnedBytes] = []

  /// Loads the clicks of a bucket that a pass takes.
  ///
  /// - Throws: ``ClickFault`` where spilled clicks cannot be read back.
  init(_ bucket: ClickBucket, pass: ClickPass) throws(ClickFault) {
    items.reserveCapacity(pass.rows)
    for writer in bucket.writers {
      let partition = writer.partitions[bucket.number]
      for extent in partition.spilled {
        guard let file = writer.spill else { continue }
        let bytes = bucket.wanted(of: try file.bytes(extent), pass)
        // SAFETY: `readBack` keeps the bytes for as long as the items.
        collect(unsafe bytes.unsafeReader, bucket, pass)
        readBack.append(bytes)
      }
      // SAFETY: the writers, which the caller keeps, hold the chunks.
      for chunk in partition.chunks { collect(unsafe chunk.unsafeReader, bucket, pass) }
    }
    try order(bucket)
  }

  /// Takes the records that the pass wants, each with its instant for a key.
  private mutating func collect(_ piece: RawReader, _ bucket: ClickBucket, _ pass: ClickPass) {
    forEachRecord(piece) { record in
      guard pass.takesAll || pass.takes(bucket.group(of: record)) else { return }
      items.append(ClickItem(key: UInt64(bitPattern: record.instant), record: record))
    }
  }

  private mutating func order(_ bucket: ClickBucket) throws(ClickFault) {
    var least = Int64.max
    var greatest = Int64.min
    for item in items {
      least = min(least, item.record.instant)
      greatest = max(greatest, item.record.instant)
    }
    guard !items.isEmpty else { return }
    firstDay = Int64(Instant(milliseconds: least).utcDay)
    days = Int64(Instant(milliseconds: greatest).utcDay) - firstDay + 1
    let programs = bucket.rules.buckets[bucket.number].count
    guard Int64(programs) <= (1 << Int64(64 - ClickItem.timeBits)) / days else {
      throw .spread(programs: programs, days: days)
    }
    let midnight = firstDay * Instant.day
    var greatestKey: UInt64 = 0
    for place in items.indices {
      let sinceFirst = Int64(bitPattern: items[place].key) &- midnight
      let day = sinceFirst / Instant.day
      let group = UInt64(bucket.place(of: items[place].record) &* days &+ day)
      let key = group << ClickItem.timeBits | UInt64(sinceFirst &- day &* Instant.day)
      items[place].key = key
      greatestKey = max(greatestKey, key)
    }
    radixSort(&items, greatestKey: greatestKey)
  }
}

/// Lends every record of a piece, which holds whole records only.
@inline(__always) func forEachRecord(_ piece: RawReader, _ body: (ClickRecord) -> Void) {
  var offset = 0
  while offset < piece.count {
    // SAFETY: the fixed part is inside the piece; pieces hold whole records only.
    let record = unsafe ClickRecord(base: piece.slice(offset, ClickRecord.fixedSize).base)
    offset &+= record.size
    body(record)
  }
}
