// The pages of a new store on their way to the disk: gathered into large blocks that go past the
// page cache, and read back so.

internal import CSQLite
internal import Glibc

/// Pages of a file that nobody else writes as long as this lives.
///
/// SQLite hands pages over one by one, mostly in the order of their numbers. A block is written when
/// it is full, or when its room is needed for another; what was written is read back in long
/// stretches where SQLite goes through a table, and else page by page.
@safe final class PageBlocks {
  static let pageBytes = Database.pageBytes
  /// As many as a word has bits.
  static let pagesPerBlock = 64
  private static let blockBytes = pageBytes * pagesPerBlock
  /// How many blocks are open at once, as pages of several tables are filled side by side.
  private static let mostBlocks = 16
  /// After so many reads each a little behind the last one, a whole stretch is read.
  private static let readsInOrder = 3
  private static let mostSkipped = 48

  /// Writes by another way what cannot be written directly: bytes, their count, where they belong;
  /// gives a result code of SQLite's.
  typealias Fallback = (UnsafeRawPointer, Int, Int64) -> Int32

  /// Pages that stand together in the file.
  @safe private struct Block {
    /// Which block of the file it is.
    var number: Int
    /// A bit for each page that is here and not yet on the disk.
    var waiting: UInt64 = 0
    /// When it last took a page, so that the one longest at rest makes room.
    var lastUse = 0
    // SAFETY: `base` has room for `blockBytes`, aligned for direct access, until `PageBlocks` goes.
    let base: UnsafeMutableRawPointer

    /// Where a page of the block stands, 0 to 63.
    @unsafe func address(_ page: Int) -> UnsafeMutableRawPointer {
      unsafe base + page * PageBlocks.pageBytes
    }
  }

  private let descriptor: Descriptor
  private let fallback: Fallback
  private var isDirect = true
  private var blocks: [Block] = []
  private var uses = 0
  /// Where the file on the disk ends.
  private var diskEnd: Int64
  /// A stretch of the file as it stands on the disk.
  private var stretch: UnsafeMutableRawPointer?
  private var stretchPages = 0..<0
  private var lastRead = 0
  private var inOrder = 0

  /// Opens the file a second time, past the page cache.
  ///
  /// - Throws: ``FileFault``, also where the filesystem has no direct access.
  init(path: String, fallback: @escaping Fallback) throws(FileFault) {
    let descriptor = try Descriptor(opening: path, for: .readWrite)
    guard DirectAccess.set(true, descriptor.number) else { throw FileFault(.open, path) }
    diskEnd = try descriptor.information().byteCount
    self.descriptor = consume descriptor
    unsafe self.fallback = fallback
  }

  deinit {
    for block in blocks { unsafe block.base.deallocate() }
    unsafe stretch?.deallocate()
  }

  /// Where the file ends once everything is written, in bytes.
  var end: Int64 {
    var end = diskEnd
    for block in blocks where block.waiting != 0 {
      let pages = (block.number + 1) * Self.pagesPerBlock
        - block.waiting.leadingZeroBitCount
      end = max(end, Int64(pages * Self.pageBytes))
    }
    return end
  }
}

extension PageBlocks {
  /// Takes a page.
  ///
  /// - Parameter source: As many bytes as a page has.
  /// - Returns: Another code than SQLITE_OK where a block could not be written, be it another one;
  ///   its pages wait on.
  @unsafe func write(_ source: UnsafeRawPointer, page: Int) -> Int32 {
    let (number, inBlock) = page.quotientAndRemainder(dividingBy: Self.pagesPerBlock)
    if place(of: number) == nil {
      let code = makeRoom(number)
      guard code == SQLITE_OK else { return code }
    }
    guard let place = place(of: number) else { return SQLITE_INTERNAL }
    uses += 1
    blocks[place].lastUse = uses
    blocks[place].waiting |= 1 << UInt64(inBlock)
    // SAFETY: the block has room for 64 pages, and inBlock is less.
    unsafe blocks[place].address(inBlock).copyMemory(from: source, byteCount: Self.pageBytes)
    return blocks[place].waiting == .max ? write(blockAt: place) : SQLITE_OK
  }

  /// Writes everything that waits.
  ///
  /// - Returns: The first code that is not SQLITE_OK; what could not be written waits on.
  func flush() -> Int32 {
    var result = SQLITE_OK
    let order = blocks.indices.sorted { blocks[$0].number < blocks[$1].number }
    for place in order {
      let code = write(blockAt: place)
      if result == SQLITE_OK { result = code }
    }
    return result
  }

  /// Forgets what waits behind the new end of the file.
  ///
  /// - Parameter pages: How many the file is cut to, or made longer to.
  func truncate(to pages: Int) {
    for place in blocks.indices {
      let kept = pages - blocks[place].number * Self.pagesPerBlock
      guard kept < Self.pagesPerBlock else { continue }
      blocks[place].waiting &= kept > 0 ? (1 << UInt64(kept)) - 1 : 0
    }
    stretchPages = 0..<0
    diskEnd = Int64(pages * Self.pageBytes)
  }

  /// Looks at the file anew, after it was written by another way.
  func forgetReads() {
    stretchPages = 0..<0
    if let information = try? descriptor.information() { diskEnd = information.byteCount }
  }

  private func place(of number: Int) -> Int? {
    blocks.firstIndex { $0.number == number }
  }

  /// Makes room for a block that is not here: of one at rest, where there are enough.
  private func makeRoom(_ number: Int) -> Int32 {
    let rested = blocks.indices.min { left, right in
      restedSince(blocks[left]) < restedSince(blocks[right])
    }
    if let rested, blocks.count == Self.mostBlocks || blocks[rested].waiting == 0 {
      let code = write(blockAt: rested)
      guard code == SQLITE_OK else { return code }
      blocks[rested].number = number
    } else {
      let base = UnsafeMutableRawPointer.allocate(
        byteCount: Self.blockBytes, alignment: Self.pageBytes)
      unsafe blocks.append(Block(number: number, base: base))
    }
    return SQLITE_OK
  }

  private func restedSince(_ block: Block) -> Int {
    block.waiting == 0 ? 0 : block.lastUse
  }

  /// Writes what waits in a block, neighbours together.
  private func write(blockAt place: Int) -> Int32 {
    while blocks[place].waiting != 0 {
      let waiting = blocks[place].waiting
      let first = waiting.trailingZeroBitCount
      let count = (~(waiting >> UInt64(first))).trailingZeroBitCount
      let page = blocks[place].number * Self.pagesPerBlock + first
      // SAFETY: first + count ≤ 64, the pages of a block.
      let code = unsafe put(blocks[place].address(first), page..<page + count)
      guard code == SQLITE_OK else { return code }
      blocks[place].waiting &= ~((UInt64.max >> UInt64(64 - count)) << UInt64(first))
    }
    return SQLITE_OK
  }

  /// Writes pages; what the system refuses is SQLite's own file's to write, which can name the error.
  @unsafe private func put(_ start: UnsafeMutableRawPointer, _ pages: Range<Int>) -> Int32 {
    if stretchPages.overlaps(pages) { stretchPages = 0..<0 }
    let offset = Int64(pages.lowerBound * Self.pageBytes)
    let count = pages.count * Self.pageBytes
    var done = 0
    while isDirect, done < count {
      // SAFETY: done < count, the bytes of the caller's pages.
      let put = unsafe pwrite(
        descriptor.number, start + done, count - done, off_t(offset) + off_t(done))
      if put > 0 {
        done += put
      } else if put == 0 || errno != EINTR {
        if done == 0, errno == EINVAL { isDirect = false }
        break
      }
    }
    if done < count {
      let code = unsafe fallback(start + done, count - done, offset + Int64(done))
      guard code == SQLITE_OK else { return code }
    }
    diskEnd = max(diskEnd, offset + Int64(count))
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
    let (number, inBlock) = page.quotientAndRemainder(dividingBy: Self.pagesPerBlock)
    if let place = place(of: number), blocks[place].waiting & 1 << UInt64(inBlock) != 0 {
      // SAFETY: both have a page there.
      unsafe target.copyMemory(
        from: blocks[place].address(inBlock), byteCount: Self.pageBytes)
      return true
    }
    if !stretchPages.contains(page) {
      fetch(page, count: inOrder >= Self.readsInOrder ? Self.pagesPerBlock : 1)
    }
    guard stretchPages.contains(page), let stretch = unsafe stretch else { return false }
    // SAFETY: the stretch holds these pages.
    unsafe target.copyMemory(
      from: stretch + (page - stretchPages.lowerBound) * Self.pageBytes,
      byteCount: Self.pageBytes)
    return true
  }

  /// Reads pages from the disk, as many of them as there are.
  private func fetch(_ page: Int, count: Int) {
    stretchPages = 0..<0
    let whole = min(count, Int(diskEnd) / Self.pageBytes - page)
    guard isDirect, whole > 0 else { return }
    let base =
      unsafe stretch ?? .allocate(byteCount: Self.blockBytes, alignment: Self.pageBytes)
    unsafe stretch = base
    // SAFETY: whole ≤ count ≤ 64, the pages that the stretch has room for.
    let got = unsafe pread(
      descriptor.number, base, whole * Self.pageBytes, off_t(page * Self.pageBytes))
    stretchPages = page..<page + max(got, 0) / Self.pageBytes
  }
}
