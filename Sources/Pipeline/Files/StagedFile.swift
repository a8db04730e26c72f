// A file that a run writes before its commit.

/// What is known of a complete staged file.
public struct StagedFileFacts: Hashable, Sendable {
  /// Its final path, relative to the workspace.
  public let relativePath: String
  /// Its size in bytes.
  public let bytes: Int64
  /// The SHA-256 of its bytes, in 64 lower-case hexadecimal digits.
  public let sha256: String

  /// States what is known.
  public init(relativePath: String, bytes: Int64, sha256: String) {
    self.relativePath = relativePath
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// A buffered writer to one staged file; it digests and counts what it takes.
///
/// It belongs to one thread. Close it, or the run cannot be sealed.
public final class StagedFile: ByteSink {
  /// Its final path, relative to the workspace.
  public let relativePath: String
  private let publication: Publication
  private var descriptor: Descriptor?
  /// Takes over where the file turns out to be larger than one block.
  private var direct: DirectFile?
  private var buffer: [UInt8] = []
  private var digest = SHA256()
  private var byteCount: Int64 = 0

  init(_ relativePath: String, of publication: Publication, descriptor: consuming Descriptor) {
    self.relativePath = relativePath
    self.publication = publication
    self.descriptor = consume descriptor
    buffer.reserveCapacity(sinkBlockByteCount)
  }

  /// Takes bytes.
  ///
  /// - Throws: ``FileFault``.
  public func write(_ bytes: Span<UInt8>) throws {
    if buffer.count + bytes.count > sinkBlockByteCount {
      if byteCount == 0, let open = descriptor.take() { direct = DirectFile(open) }
      try flush()
    }
    if bytes.count >= sinkBlockByteCount { return try put(bytes) }
    buffer.append(bytes)
  }

  /// Writes out what is left, and closes the file. A small one reaches the disk when its
  /// publication is sealed, together with the others.
  ///
  /// - Returns: The file's size and digest.
  /// - Throws: ``FileFault``; the run's files can then only be discarded.
  @discardableResult
  public func close() throws -> StagedFileFacts {
    try flush()
    buffer = []
    let isSynced = direct != nil
    if let open = direct {
      // Its buffer is not kept until the last of a run's many files is complete.
      direct = nil
      try open.close()
    } else if let open = descriptor.take() {
      try open.close()
    } else {
      throw PublicationFault.unfinished(relativePath)
    }
    let facts = StagedFileFacts(
      relativePath: relativePath, bytes: byteCount, sha256: digest.finish().hexadecimalText)
    publication.complete(facts, isSynced: isSynced)
    return facts
  }

  /// Removes the file again, as if it had never been begun.
  ///
  /// - Throws: ``FileFault``.
  public func discard() throws {
    descriptor = nil
    direct = nil
    try publication.withdraw(relativePath)
  }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    var full: [UInt8] = []
    swap(&full, &buffer)
    try put(full.span)
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }

  private func put(_ bytes: Span<UInt8>) throws {
    do {
      try hand(bytes)
    } catch {
      // What has reached the file is unknown now, so nothing more may follow it.
      descriptor = nil
      direct = nil
      throw error
    }
    unsafe bytes.withUnsafeBytes { unsafe digest.update($0) }
    byteCount += Int64(bytes.count)
  }
}

extension StagedFile {
  /// Gives bytes to the file.
  private func hand(_ bytes: Span<UInt8>) throws {
    if let direct {
      try unsafe bytes.withUnsafeBytes { (bytes) throws(FileFault) in
        try unsafe direct.append(bytes)
      }
    } else if try descriptor?.write(bytes) == nil {
      throw PublicationFault.unfinished(relativePath)
    }
  }
}

extension [UInt8] {
  /// Two lower-case hexadecimal digits a byte.
  var hexadecimalText: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
