// Writing a large file past the page cache: its bytes go from one buffer to the disk, take no
// memory from what will be read again, and are there when the writer is done.

internal import Glibc

/// A new file that is written in large blocks, directly where the filesystem can.
///
/// It belongs to one thread. What is written is on the disk after ``close()``.
@safe final class DirectFile {
  /// Most bytes a block; a multiple of what any disk asks direct writes to be aligned to.
  static let mostBlockBytes = 2 << 20
  private static let alignment = 4_096
  /// A file of fewer bytes goes through the page cache: it takes little there, for a short time.
  private static let leastDirectBytes = 1 << 20

  private let blockBytes: Int
  // SAFETY: `base` has room for `blockBytes` from init to deinit, and 0 ≤ used ≤ blockBytes.
  private let base: UnsafeMutableRawPointer
  private var used = 0
  private var descriptor: Descriptor?
  private var isDirect: Bool
  private let path: String

  /// Takes over a descriptor that stands at the beginning of an empty file.
  ///
  /// - Parameter expected: How many bytes are to come, where that is known.
  init(_ descriptor: consuming Descriptor, expecting expected: Int64 = .max) {
    path = descriptor.path
    // Room for one byte more, so that the end of the input is found without writing first.
    let wanted = Int(min(max(expected, 0), Int64(Self.mostBlockBytes) - 1)) + 1
    blockBytes = (wanted + Self.alignment - 1) / Self.alignment * Self.alignment
    unsafe base = .allocate(byteCount: blockBytes, alignment: Self.alignment)
    isDirect =
      expected >= Int64(Self.leastDirectBytes) && DirectAccess.set(true, descriptor.number)
    self.descriptor = consume descriptor
  }

  deinit { unsafe base.deallocate() }

  /// Copies as many whole blocks of a file as it has, straight out of the page cache, and leaves the
  /// descriptor's position behind them. Nothing may have been appended before.
  ///
  /// - Returns: How many bytes that is.
  /// - Throws: ``FileFault``, also where the file has become shorter than `byteCount`.
  func appendBlocks(
    of input: borrowing Descriptor, byteCount: Int64
  ) throws(FileFault) -> Int64 {
    let block = Self.mostBlockBytes
    var copied: Int64 = 0
    while byteCount - copied >= Int64(block) {
      let window = unsafe mmap(
        nil, block, PROT_READ, MAP_SHARED | MAP_POPULATE, input.number, off_t(copied))
      guard let window = unsafe window, unsafe window != MAP_FAILED else { break }
      defer { unsafe munmap(window, block) }
      // SAFETY: a block is mapped there. Only the system reads it: where the file has ended
      // meanwhile, writing fails with EFAULT.
      try unsafe put(window, block)
      copied += Int64(block)
    }
    guard lseek(input.number, off_t(copied), SEEK_SET) >= 0 else {
      throw FileFault(.read, input.path)
    }
    return copied
  }

  /// Copies everything from a descriptor's position on.
  ///
  /// - Returns: How many bytes there were.
  /// - Throws: ``FileFault``.
  func append(from input: borrowing Descriptor) throws(FileFault) -> Int64 {
    var copied: Int64 = 0
    while true {
      // SAFETY: the buffer has room from `used` on.
      let got = unsafe read(input.number, base + used, blockBytes - used)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw FileFault(.read, input.path) }
      guard got > 0 else { return copied }
      copied += Int64(got)
      used += got
      if used == blockBytes { try flush(used) }
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileFault``.
  @unsafe func append(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
    var taken = 0
    while taken < bytes.count, let start = bytes.baseAddress {
      let count = min(bytes.count - taken, blockBytes - used)
      // SAFETY: both sides have `count` bytes from there on.
      unsafe (base + used).copyMemory(from: start + taken, byteCount: count)
      taken += count
      used += count
      if used == blockBytes { try flush(used) }
    }
  }

  /// Writes what is left, waits for the disk, and closes the file.
  ///
  /// - Throws: ``FileFault``.
  func close() throws(FileFault) {
    let tail = used % Self.alignment
    try flush(used - tail)
    if tail > 0, let number = descriptor?.number {
      // Less than a disk's block can only go through the page cache.
      if isDirect { isDirect = !DirectAccess.set(false, number) }
      try flush(tail)
    }
    guard var open = descriptor.take() else { return }
    try open.synchronize()
    try open.close()
  }

  /// Writes the first `count` bytes of the buffer, and moves the rest to its front.
  private func flush(_ count: Int) throws(FileFault) {
    // SAFETY: count ≤ used.
    try unsafe put(base, count)
    if count < used { unsafe base.copyMemory(from: base + count, byteCount: used - count) }
    used -= count
  }

  /// Writes `count` bytes.
  @unsafe private func put(
    _ start: UnsafeMutableRawPointer, _ count: Int
  ) throws(FileFault) {
    guard let number = descriptor?.number else { return }
    var written = 0
    while written < count {
      // SAFETY: written < count.
      let put = unsafe write(number, start + written, count - written)
      if put > 0 {
        written += put
        // What a short direct write leaves may start off the disk's blocks.
        if written % Self.alignment != 0, isDirect { isDirect = !DirectAccess.set(false, number) }
      } else if put < 0, errno == EINVAL, isDirect {
        isDirect = !DirectAccess.set(false, number)
        if isDirect { throw FileFault(.write, path) }
      } else if put == 0 {
        throw FileFault(path: path, operation: .write, code: EIO)
      } else if errno != EINTR {
        throw FileFault(.write, path)
      }
    }
  }
}
