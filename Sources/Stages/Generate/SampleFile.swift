// Files of a sample on disk. All calls of the system that sample data needs stand here.

import Glibc

/// A file being written under a name that ends in `.partial`, until it is whole.
@safe struct SampleFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  /// How many bytes have been written.
  private(set) var byteCount = 0

  /// - Throws: ``SampleFault/refused(call:path:code:)``.
  init(path: String) throws(SampleFault) {
    self.path = path
    descriptor = unsafe open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .refused(call: "open", path: path, code: errno) }
  }

  deinit { _ = close(descriptor) }

  /// Writes all of the bytes.
  ///
  /// - Throws: ``SampleFault/refused(call:path:code:)``.
  mutating func write(_ bytes: [UInt8]) throws(SampleFault) {
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        // SAFETY: offset is below the buffer's count.
        unsafe Glibc.write(
          descriptor, buffer.baseAddress.map { unsafe $0 + offset }, buffer.count - offset)
      }
      if written < 0 {
        guard errno == EINTR else { throw .refused(call: "write", path: path, code: errno) }
      } else {
        offset += written
      }
    }
    byteCount += bytes.count
  }

  /// Compresses the file, if asked to, and gives it its name.
  ///
  /// - Throws: ``SampleFault``, with the partial file left behind.
  func finish(compressed: Bool) throws(SampleFault) {
    let partial = path + ".partial"
    if compressed {
      try SampleFile.compress(partial)
      try SampleFile.rename(partial + ".gz", to: path + ".gz")
    } else {
      try SampleFile.rename(partial, to: path)
    }
  }

  /// Takes what an unfinished file has left away.
  static func discard(_ path: String) {
    _ = unsafe unlink(path + ".partial")
    _ = unsafe unlink(path + ".partial.gz")
  }

  /// Makes a directory and those above it.
  ///
  /// - Throws: ``SampleFault/refused(call:path:code:)``.
  static func makeDirectory(_ path: String) throws(SampleFault) {
    guard unsafe mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    guard errno == ENOENT, let slash = path.utf8.lastIndex(of: 0x2F), slash > path.startIndex
    else { throw .refused(call: "mkdir", path: path, code: errno) }
    try makeDirectory(String(path[..<slash]))
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .refused(call: "mkdir", path: path, code: errno)
    }
  }

  /// Makes a directory that must not be there yet.
  ///
  /// - Throws: ``SampleFault/alreadyThere(path:)``, ``SampleFault/refused(call:path:code:)``.
  static func makeNewDirectory(_ path: String) throws(SampleFault) {
    guard unsafe mkdir(path, 0o777) != 0 else { return }
    throw errno == EEXIST
      ? .alreadyThere(path: path) : .refused(call: "mkdir", path: path, code: errno)
  }

  private static func rename(_ path: String, to name: String) throws(SampleFault) {
    guard unsafe Glibc.rename(path, name) == 0 else {
      throw .refused(call: "rename", path: path, code: errno)
    }
  }

  /// Runs `gzip -n` on a file: `-n` keeps its name and time out of the result.
  private static func compress(_ path: String) throws(SampleFault) {
    var process: pid_t = 0
    let words = ["gzip", "-n", "-f", "--", path]
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in 0..<words.count { unsafe free(arguments[index]) } }
    let code = unsafe posix_spawnp(&process, "gzip", nil, nil, &arguments, environ)
    guard code == 0 else { throw .refused(call: "starting gzip", path: path, code: code) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .refused(call: "waitpid", path: path, code: errno) }
    }
    guard status == 0 else { throw .compression(path: path, status: status) }
  }
}
