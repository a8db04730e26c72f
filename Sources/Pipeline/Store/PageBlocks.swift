// The pages of a new store on their way to the disk: gathered into large blocks that go past the
// page cache, and read back so.

internal import CSQLite
internal import Glibc

/// Pages of a file that nobody else reads or writes as long as this lives.
///
/// SQLite hands pages over one by one, mostly in the order of their numbers. A block is written when
/// it is full, or when its room is needed for another. What was written is read back block by block
/// where SQLite goes through a table, and else page by page.
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
  private var blocks: [PageBlock] = []
  private var uses = 0
  /// Where the file on the disk ends.
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
    self.descriptor = consume descriptor
    unsafe self.fallback = fallback
  }

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
    var block = blocks.first { $0.number == number }
    if block == nil {
      let code = makeRoom()
      guard code == SQLITE_OK else { return code }
      block = blocks.last
      block?.number = number
    }
    guard let block else { return SQLITE_INTERNAL }
    uses += 1
    block.lastUse = uses
    unsafe block.take(page, from: source)
    return block.waiting == .max ? write(block) : SQLITE_OK
  }

  /// Writes everything that waits.
  ///
  /// - Returns: SQLITE_OK, or why it is not all written; what is not waits on.
  func flush() -> Int32 {
    for block in blocks.sorted(by: { $0.number < $1.number }) {
      let code = write(block)
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  /// Forgets what waits behind the new end of the file.
  ///
  /// - Parameter pages: How many the file was cut to, or made longer to.
  func truncate(to pages: Int) {
    let (number, page) = Self.place(pages)
    for block in blocks where block.number >= number {
      block.forget(from: block.number == number ? page : 0)
    }
    seen.waiting = 0
    diskEnd = Int64(pages * PageBlock.pageBytes)
  }

  /// Looks at the file anew, after it was written by another way.
  func forgetReads() {
    seen.waiting = 0
    if let information = try? descriptor.information() { diskEnd = information.byteCount }
  }

  /// Puts an empty block last.
  private func makeRoom() -> Int32 {
    // One that has nothing to be written has rested for ever.
    let rest = { (block: PageBlock) in block.waiting == 0 ? 0 : block.lastUse }
    let rested = blocks.indices.min { rest(blocks[$0]) < rest(blocks[$1]) }
    guard let rested, blocks[rested].waiting == 0 || blocks.count == Self.mostBlocks else {
      blocks.append(PageBlock())
      return SQLITE_OK
    }
    let code = write(blocks[rested])
    if code == SQLITE_OK { blocks.swapAt(rested, blocks.count - 1) }
    return code
  }

  /// Writes what waits in a block; what the system refuses is SQLite's own file's to write.
  private func write(_ block: PageBlock) -> Int32 {
    guard block.waiting != 0 else { return SQLITE_OK }
    if block.number == seen.number { seen.waiting = 0 }
    if isDirect { isDirect = block.write(to: descriptor.number) }
    if !isDirect {
      let code = unsafe block.write(by: fallback)
      guard code == SQLITE_OK else { return code }
    }
    diskEnd = max(diskEnd, block.end)
    block.waiting = 0
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
    if let block = blocks.first(where: holds) {
      unsafe block.give(page, to: target)
      return true
    }
    if !holds(seen) {
      fetch(number, page, count: inOrder >= Self.readsInOrder ? PageBlock.pageCount - page : 1)
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
