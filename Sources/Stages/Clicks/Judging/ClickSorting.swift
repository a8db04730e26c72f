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

/// The clicks of one bucket, sorted, with whatever memory they stand in.
struct SortedClicks {
  private(set) var items: [ClickItem] = []
  /// Keys above 27 bits: programme place × days + day − first day.
  private(set) var firstDay: Int64 = 0
  private(set) var days: Int64 = 1
  /// Spilled records that were read back.
  private let readBack: [OwnedBytes]

  init(_ writers: [ClickPartitionWriter], bucket: Int, rules: ClickRules) throws(ClickFault) {
    var readBack: [OwnedBytes] = []
    var pieces: [RawReader] = []
    var rows = 0
    for writer in writers {
      let partition = writer.partitions[bucket]
      rows += partition.rows
      for extent in partition.spilled {
        guard let file = writer.spill else { continue }
        let bytes = try Self.read(extent, file)
        readBack.append(bytes)
        // SAFETY: `readBack` keeps the bytes for as long as the items.
        pieces.append(unsafe bytes.unsafeReader)
      }
      // SAFETY: the writers, which the caller keeps, hold the chunks.
      for chunk in partition.chunks { pieces.append(unsafe chunk.unsafeReader) }
    }
    self.readBack = readBack
    items.reserveCapacity(rows)
    collect(pieces)
    order(rules)
  }

  private static func read(
    _ extent: SpillExtent, _ file: SpillFile
  ) throws(ClickFault) -> OwnedBytes {
    var fault: ClickFault?
    let bytes = OwnedBytes(count: extent.count) { room in
      do throws(ClickFault) { try file.read(extent, into: room) } catch { fault = error }
    }
    if let fault { throw fault }
    return bytes
  }

  /// Takes every record, with its instant for a key, and finds the days they span.
  private mutating func collect(_ pieces: [RawReader]) {
    var least = Int64.max
    var greatest = Int64.min
    for piece in pieces {
      var offset = 0
      while offset < piece.count {
        // SAFETY: pieces hold whole records only, and outlive the items.
        let record = unsafe ClickRecord(base: piece.slice(offset, ClickRecord.fixedSize).base)
        let instant = record.instant
        least = min(least, instant)
        greatest = max(greatest, instant)
        items.append(ClickItem(key: UInt64(bitPattern: instant), record: record))
        offset &+= record.size
      }
    }
    guard !items.isEmpty else { return }
    firstDay = Int64(Instant(milliseconds: least).utcDay)
    days = Int64(Instant(milliseconds: greatest).utcDay) - firstDay + 1
  }

  private mutating func order(_ rules: ClickRules) {
    let midnight = firstDay * Instant.day
    var greatest: UInt64 = 0
    for place in items.indices {
      let sinceFirst = Int64(bitPattern: items[place].key) &- midnight
      let day = sinceFirst / Instant.day
      let program = rules.programs[Int(rules.codes[Int(items[place].record.code)].program)].place
      let group = UInt64(Int64(program) &* days &+ day)
      let key = group << ClickItem.timeBits | UInt64(sinceFirst &- day &* Instant.day)
      items[place].key = key
      greatest = max(greatest, key)
    }
    radixSort(&items, greatestKey: greatest)
  }
}
