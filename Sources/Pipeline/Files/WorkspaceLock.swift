// One run at a time: a lock that the kernel frees, whatever becomes of its holder.

internal import Glibc

/// An exclusive lock on a file, held until the value goes.
public struct WorkspaceLock: ~Copyable, Sendable {
  private var descriptor: Descriptor

  private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Takes the lock, or fails at once.
  ///
  /// - Parameter path: The lock file; made when there is none, and never removed.
  /// - Parameter note: What the holder says of itself, besides its process and host; for people.
  /// - Throws: ``LockFault`` when another process holds it; ``FileFault``.
  public static func acquire(path: String, note: String) throws -> WorkspaceLock {
    let descriptor = try Descriptor(opening: path, for: .readOrCreate(mode: 0o644))
    var code: Int32
    repeat { code = flock(descriptor.number, LOCK_EX | LOCK_NB) } while code != 0 && errno == EINTR
    if code != 0 {
      guard errno == EWOULDBLOCK else { throw FileFault(.lock, path) }
      throw LockFault.held(path: path, by: holder(descriptor))
    }
    sign(descriptor, note: note)
    return WorkspaceLock(descriptor)
  }

  /// Frees the lock.
  ///
  /// - Throws: ``FileFault``.
  public consuming func release() throws(FileFault) { try descriptor.close() }

  private static func holder(_ descriptor: borrowing Descriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    guard let count = try? descriptor.read(into: &bytes, at: 0), count > 0 else { return "" }
    let line = bytes[..<count].prefix { $0 != 0x0A }
    return Log.visible(String(decoding: line, as: UTF8.self))
  }

  /// Writes who holds it. Nothing depends on that text, so a full disk is no reason to stop here.
  private static func sign(_ descriptor: borrowing Descriptor, note: String) {
    guard ftruncate(descriptor.number, 0) == 0 else { return }
    let line = "process \(getpid()) on \(hostName()), \(note)\n"
    try? descriptor.write(Array(line.utf8).span)
  }

  private static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "this host" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Why a lock was not given.
public enum LockFault: Error, Hashable, Sendable {
  /// Another process holds it; `by` is what it wrote about itself, perhaps nothing.
  case held(path: String, by: String)
}

extension LockFault: ExitCoded {
  public var exitStatus: ExitStatus { .temporaryFailure }
}

extension LockFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .held(let path, let holder):
      let who = holder.isEmpty ? "another process" : holder
      return "\(path): held by \(who). Run again when it has finished."
    }
  }
}
