// The pages of a new store on their way to the disk: gathered into large blocks that go past the
// page cache, and read back so.

internal import CSQLite
internal import Glibc

/// Pages of a file that nobody else reads or writes as long as this lives.
///
/// SQLite hands pages over one by one, mostly in the order of their numbers. A block is handed on to be
/// written, beside the thread that SQLite works on, when it is full or when there are too many. What was
/// written is read back block by block where SQLite goes through a table, and else page by page.
@safe final class PageBlocks {
  /// How many blocks are filled at once, as pages of several tables come side by side.
  private static let mostBlocks = 16
  /// After so many reads each a little behind the last one, whole blocks are read.
  private static let readsInOrder = 3
  private static let mostSkipped = 48

  private let descriptor: Descriptor
  private let fallback: PageBlock.Fallback
  /// Not so any more once the system has refused a block.
  private var isDirect = true
  private let flight: PageFlight
  private var blocks: [PageBlock] = []
  private var uses = 0
  /// Where the file on the disk ends, with what is on its way.
  private var diskEnd: Int64
  /// A block as it stands on the disk, or some pages of it.
  private let seen = PageBlock()
  private var lastRead = 0
  private var inOrder = 0

  /// Opens the file a second time, past the page cache.
  ///
  /// - Parameter fallback: Writes what cannot be written so, and knows SQLite's name for an error.
  /// - Throws: ``FileFault``, also where the filesystem has no direct access.
  init(path: String, fallback: @escaping PageBlock.Fallback) throws(FileFault) {
    let descriptor = try Descriptor(opening: path, for: .readWrite)
    guard DirectAccess.set(true, descriptor.number) else { throw FileFault(.open, path) }
    diskEnd = try descriptor.information().byteCount
    flight = PageFlight(to: descriptor.number)
    self.descriptor = consume descriptor
    unsafe self.fallback = fallback
  }

  deinit { flight.wait() }

  /// Where the file ends once everything is written, in bytes.
  var end: Int64 { blocks.reduce(diskEnd) { $1.waiting == 0 ? $0 : max($0, $1.end) } }

  private static func place(_ page: Int) -> (block: Int, page: Int) {
    let (block, page) = page.quotientAndRemainder(dividingBy: PageBlock.pageCount)
    return (block, page)
  }
}

extension PageBlocks {
  /// Takes a page.
  ///
  /// - Parameter source: As many bytes as a page has.
  /// - Returns: Another code than SQLITE_OK where something could not be written, be it another page;
  ///   it waits on.
  @unsafe func write(_ source: UnsafeRawPointer, page: Int) -> Int32 {
    let (number, page) = Self.place(page)
    var place = blocks.firstIndex { $0.number == number }
    if place == nil {
      let code = makeRoom()
      guard code == SQLITE_OK else { return code }
      let block = flight.room()
      block.number = number
      blocks.append(block)
      place = blocks.count - 1
    }
    guard let place else { return SQLITE_INTERNAL }
    uses += 1
    blocks[place].lastUse = uses
    unsafe blocks[place].take(page, from: source)
    return blocks[place].waiting == .max ? handOn(place) : SQLITE_OK
  }

  /// Writes everything that waits, and waits until it is written.
  ///
  /// - Returns: SQLITE_OK, or why it is not all written; what is not waits on.
  func flush() -> Int32 {
    blocks.sort { $0.number > $1.number }
    while !blocks.isEmpty {
      let code = handOn(blocks.count - 1)
      guard code == SQLITE_OK else { return code }
    }
    return settle()
  }

  /// Waits until nothing is on its way, so that the file may be cut or written by another way.
  ///
  /// - Returns: SQLITE_OK, or why something could not be written; it waits on.
  func settle() -> Int32 {
    let code = unsafe flight.settle(by: fallback)
    isDirect = isDirect && !flight.isRefused
    return code
  }

  /// Forgets what waits behind the new end of the file; nothing may be on its way.
  ///
  /// - Parameter pages: How many the file was cut to, or made longer to.
  func truncate(to pages: Int) {
    let (number, page) = Self.place(pages)
    for block in blocks where block.number >= number {
      block.forget(from: block.number == number ? page : 0)
    }
    blocks.removeAll { $0.waiting == 0 }
    seen.waiting = 0
    diskEnd = Int64(pages * PageBlock.pageBytes)
  }

  /// Looks at the file anew, after it was written by another way.
  func forgetReads() {
    seen.waiting = 0
    if let information = try? descriptor.information() { diskEnd = information.byteCount }
  }

  /// Hands the block on that has rested longest, where there are too many.
  private func makeRoom() -> Int32 {
    let rested = blocks.indices.min { blocks[$0].lastUse < blocks[$1].lastUse }
    guard let rested, blocks.count >= Self.mostBlocks else { return SQLITE_OK }
    return handOn(rested)
  }

  /// Hands a block on to be written; what the system refuses is SQLite's own file's to write.
  private func handOn(_ place: Int) -> Int32 {
    if isDirect, flight.isRefused {
      let code = settle()
      guard code == SQLITE_OK else { return code }
    }
    let block = blocks[place]
    if block.number == seen.number { seen.waiting = 0 }
    if isDirect {
      flight.take(block)
    } else {
      // After those that were refused before it.
      let before = settle()
      let code = before == SQLITE_OK ? unsafe block.write(by: fallback) : before
      guard code == SQLITE_OK else { return code }
    }
    diskEnd = max(diskEnd, block.end)
    blocks.remove(at: place)
    return SQLITE_OK
  }
}

extension PageBlocks {
  /// Fetches a page.
  ///
  /// - Parameter target: Room for a page.
  /// - Returns: Whether it could; where not, the page does not wait here, and another way may.
  @unsafe func read(_ page: Int, into target: UnsafeMutableRawPointer) -> Bool {
    inOrder = (1...Self.mostSkipped).contains(page - lastRead) ? inOrder + 1 : 0
    lastRead = page
    let (number, page) = Self.place(page)
    let holds = { (block: PageBlock) in block.number == number && block.has(page) }
    if let block = blocks.first(where: holds) ?? flight.block(number, with: page) {
      unsafe block.give(page, to: target)
      return true
    }
    if !holds(seen) {
      // Pages of the block that are on their way would be read as they were before.
      let readsOn = inOrder >= Self.readsInOrder && !flight.has(number)
      fetch(number, page, count: readsOn ? PageBlock.pageCount - page : 1)
    }
    guard holds(seen) else { return false }
    unsafe seen.give(page, to: target)
    return true
  }

  /// Reads pages of a block from the disk, as many of them as there are.
  private func fetch(_ number: Int, _ page: Int, count: Int) {
    seen.waiting = 0
    seen.number = number
    let there = Int(diskEnd) / PageBlock.pageBytes - number * PageBlock.pageCount - page
    guard isDirect, min(count, there) > 0 else { return }
    seen.fill(from: page, count: min(count, there), of: descriptor.number)
  }
}
