// The content of a .gz or .zst file, unpacked by the system's own program in a child process.

internal import Glibc

/// How a file's bytes are packed.
enum Compression: Sendable, Equatable {
  case gzip
  case zstandard

  /// The program that unpacks it.
  var program: String {
    switch self {
    case .gzip: "gzip"
    case .zstandard: "zstd"
    }
  }

  /// The program's words: unpack standard input to standard output.
  var arguments: [String] {
    switch self {
    case .gzip: ["gzip", "-dc"]
    case .zstandard: ["zstd", "-dcq"]
    }
  }

  /// What the first bytes of a file promise.
  static func of(firstBytes: [UInt8]) -> Compression? {
    if firstBytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    if firstBytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstandard }
    guard let first = firstBytes.first, first & 0xF0 == 0x50 else { return nil }
    // RFC 8878, 3.1.2: a skippable frame may come first.
    return firstBytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) ? .zstandard : nil
  }
}

/// A running child that unpacks a file; it is ended and waited for when the stream goes.
final class ArchiveStream {
  private let file: InputFile
  private let compression: Compression
  private var child: pid_t
  private var output: Int32
  private var complaints: Int32

  /// Starts the program on the file's bytes, from the first one.
  init(_ file: InputFile, _ compression: Compression) throws(FileRefusal) {
    self.file = file
    self.compression = compression
    let input = try Self.reopened(file)
    defer { close(input) }
    let (outputEnd, outputStart) = try Self.pipe(file)
    let complaintsEnd: Int32
    let complaintsStart: Int32
    do throws(FileRefusal) {
      (complaintsEnd, complaintsStart) = try Self.pipe(file)
    } catch {
      close(outputEnd)
      close(outputStart)
      throw error
    }
    let started = Self.spawned(
      compression, input: input, output: outputStart, complaints: complaintsStart)
    close(outputStart)
    close(complaintsStart)
    child = started.child
    output = outputEnd
    complaints = complaintsEnd
    guard started.error == 0 else {
      child = 0
      let isMissing = started.error == ENOENT
      throw FileRefusal(
        file: file.name,
        kind: isMissing ? .missingProgram(compression.program) : .ioError(started.error))
    }
  }

  deinit { stop() }

  /// Reads until `count` bytes are there or the archive ends, and then checks how it ended.
  @unsafe func read(
    into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(FileRefusal) -> Int {
    var done = 0
    while done < count, output >= 0 {
      // SAFETY: the caller promises room for `count` bytes.
      let got = retrying { unsafe Glibc.read(output, target + done, count &- done) }
      guard got >= 0 else { throw FileRefusal(file: file.name, kind: .ioError(errno)) }
      if got == 0 { try finish() }
      done &+= got
    }
    return done
  }

  /// Ends the child, if it still runs, and waits for it.
  func stop() {
    if output >= 0 { close(output) }
    if complaints >= 0 { close(complaints) }
    output = -1
    complaints = -1
    guard child > 0 else { return }
    kill(child, SIGKILL)
    _ = retrying { waitpid(child, nil, 0) }
    child = 0
  }

  private func finish() throws(FileRefusal) {
    let complaint = complaintText()
    var status: Int32 = 0
    let waited = retrying { unsafe waitpid(child, &status, 0) }
    let number = errno
    child = 0
    stop()
    guard waited > 0 else { throw FileRefusal(file: file.name, kind: .ioError(number)) }
    guard status != 0 else { return }
    let isTruncated =
      complaint.contains("unexpected end of file") || complaint.contains("premature end")
    throw FileRefusal(
      file: file.name,
      kind: isTruncated
        ? .truncatedArchive
        : .corruptArchive(complaint.isEmpty ? "\(compression.program) failed" : complaint))
  }

  /// What the program wrote to its standard error, on one line.
  private func complaintText() -> String {
    var bytes = [UInt8](repeating: 0, count: 1024)
    var count = 0
    while count < bytes.count {
      let room = bytes.count - count
      let got = retrying {
        unsafe bytes.withUnsafeMutableBytes { buffer in
          // SAFETY: `room` bytes are left behind `count`.
          guard let base = buffer.baseAddress else { return 0 }
          return unsafe Glibc.read(complaints, base + count, room)
        }
      }
      if got <= 0 { break }
      count += got
    }
    let words = bytes[..<count].split { $0 <= 0x20 }
    return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }
}

extension ArchiveStream {
  /// A descriptor of the same file with an offset of its own, so that streams do not disturb each
  /// other; where /proc is missing, one that shares its offset.
  private static func reopened(_ file: InputFile) throws(FileRefusal) -> Int32 {
    let again = retrying { unsafe open("/proc/self/fd/\(file.descriptor)", O_RDONLY | O_CLOEXEC) }
    if again >= 0 { return again }
    let shared = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
    guard shared >= 0, lseek(shared, 0, SEEK_SET) == 0 else {
      let number = errno
      if shared >= 0 { close(shared) }
      throw FileRefusal(file: file.name, kind: .ioError(number))
    }
    return shared
  }

  /// Two connected descriptors, close-on-exec from the start, so that no other child that is
  /// started at the same moment can hold one open. (A socket pair can be made so, a pipe only by
  /// pipe2, which Swift's Glibc module lacks.)
  private static func pipe(_ file: InputFile) throws(FileRefusal) -> (end: Int32, start: Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw FileRefusal(file: file.name, kind: .ioError(errno))
    }
    return (ends[0], ends[1])
  }

  /// Starts the program; its other descriptors are close-on-exec, its environment is fixed.
  private static func spawned(
    _ compression: Compression, input: Int32, output: Int32, complaints: Int32
  ) -> (child: pid_t, error: Int32) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, complaints, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A child that inherits an ignored SIGPIPE would not notice that nobody reads any more.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
    var child: pid_t = 0
    let error = unsafe withCStrings(compression.arguments) { arguments in
      unsafe withCStrings(["PATH=\(path)", "LC_ALL=C"]) { environment in
        unsafe posix_spawnp(
          &child, compression.program, &actions, &attributes, arguments, environment)
      }
    }
    return (child, error)
  }

  /// Lends strings as a C array that ends in a null pointer.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    // SAFETY: the strings are freed after the call only.
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the list has a null in it") }
      return unsafe body(UnsafePointer(base))
    }
  }
}
