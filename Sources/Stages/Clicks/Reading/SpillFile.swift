// A temporary file for rows that do not fit into memory. It has no name from the start, so that
// a killed run leaves nothing behind.
import Glibc
import Synchronization

/// Where spilled bytes stand in their file.
struct SpillExtent: Sendable {
  var offset: Int64
  var count: Int
}

/// An unnamed file that is written at its end and read anywhere.
@safe final class SpillFile: @unchecked Sendable {
  private let descriptor: Int32
  private let directory: String
  private let rows: String
  private let size = Atomic<Int64>(0)

  /// - Parameter rows: What is spilled, for messages.
  /// - Throws: ``ClickFault/system(operation:path:code:)`` where no file can be made.
  init(directory: String, of rows: String = "clicks") throws(ClickFault) {
    self.directory = directory
    self.rows = rows
    let template = directory + "/\(rows)-spill-XXXXXX"
    var path = Array(template.utf8CString)
    let opened = unsafe path.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let start = buffer.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(start)
      guard descriptor >= 0 else { return -1 }
      unsafe unlink(start)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    }
    guard opened >= 0 else {
      throw .system(operation: "making a spill file", path: directory, code: errno)
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Appends bytes; may be called on several threads at once.
  func append(_ bytes: RawReader) throws(ClickFault) -> SpillExtent {
    let offset = size.add(Int64(bytes.count), ordering: .relaxed).oldValue
    let extent = SpillExtent(offset: offset, count: bytes.count)
    var done = 0
    while done < bytes.count {
      let written = unsafe pwrite(
        descriptor, bytes.base + done, bytes.count - done, off_t(extent.offset) + off_t(done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw .system(operation: "spilling \(rows)", path: directory, code: errno)
      }
      done += written
    }
    return extent
  }

  /// Reads an extent back; may be called on several threads at once.
  func bytes(_ extent: SpillExtent) throws(ClickFault) -> OwnedBytes {
    var fault: ClickFault?
    let bytes = OwnedBytes(count: extent.count) { room in
      do throws(ClickFault) { try read(extent, into: room) } catch { fault = error }
    }
    if let fault { throw fault }
    return bytes
  }

  private func read(_ extent: SpillExtent, into room: RawWriter) throws(ClickFault) {
    precondition(room.count >= extent.count, "no room for spilled rows")
    var done = 0
    while done < extent.count {
      let count = unsafe pread(
        descriptor, room.base + done, extent.count - done, off_t(extent.offset) + off_t(done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw .system(
          operation: "reading spilled \(rows) back", path: directory, code: count < 0 ? errno : EIO)
      }
      done += count
    }
  }
}
