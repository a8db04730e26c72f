// Reading journals back: each posting in order, and the digest of the whole file.
public import Pipeline

/// One row of a journal, as it is written there.
public struct Posting: Hashable, Sendable {
  public var transactionID: Text
  public var run: Text
  /// RFC 3339.
  public var occurredAt: Text
  public var account: Text
  public var currency: Text
  /// Signed minor units.
  public var amountMinor: Int64
  /// Empty for the transactions of a payout.
  public var rewardID: Text
}

/// A journal that is not as it was written.
public struct JournalFault: ExitCoded, CustomStringConvertible {
  public let path: String
  /// From 1; nil where the whole file is meant.
  public let line: Int?
  public let message: String

  public var exitStatus: ExitStatus { .dataRefused }
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return "\(place): \(message); restore the file from a backup, or rebuild the workspace with "
      + "`refbatch replay`"
  }
}

/// A journal as the store lists it.
public struct StoredJournal: Hashable, Sendable {
  /// Number of the run.
  public var number: Int64
  public var run: Text
  /// Relative to the workspace.
  public var path: String
  public var sha256: String
  public var bytes: Int64
  public var postings: Int64

  /// All journals, in the byte order of their transactions' ids.
  ///
  /// - Throws: ``DatabaseFault``.
  public static func all(in database: Database) throws -> [StoredJournal] {
    var journals: [StoredJournal] = []
    let query = """
      SELECT j.run, r.name, j.path, j.sha256, j.bytes, j.postings
      FROM journals j JOIN runs r ON r.no = j.run
      """
    try database.forEachRow(query) { row in
      journals.append(
        StoredJournal(
          number: row.int(), run: row.text(), path: row.text().string, sha256: row.text().string,
          bytes: row.int(), postings: row.int()))
    }
    // `2026-03-31.10-…` goes before `2026-03-31.2-…`, but after `2026-03-31.1-…`.
    return journals.sorted { Text($0.run.string + "-") < Text($1.run.string + "-") }
  }
}

/// Reads one journal.
public struct JournalReader {
  /// What a whole journal came to.
  public struct Facts: Hashable, Sendable {
    public var sha256 = ""
    public var bytes: Int64 = 0
    public var postings: Int64 = 0
  }

  private let path: String

  public init(path: String) { self.path = path }

  /// Calls `body` with each posting.
  ///
  /// - Throws: ``JournalFault`` for a row that no journal can have, ``FileFault``, what `body` throws.
  @discardableResult
  public func read(_ body: (Posting) throws -> Void) throws -> Facts {
    var records = JournalRecords()
    var rows: Int64 = 0
    var facts = try scan { block in
      for byte in block where records.take(byte) {
        guard records.count == PostingJournal.columns.count else {
          throw fault("a posting has \(PostingJournal.columns.count) cells", at: records.line)
        }
        rows += 1
        if rows > 1 { try body(posting(records)) }
      }
    }
    guard !records.isInside else { throw fault("the last row has no end", at: records.line) }
    facts.postings = max(0, rows - 1)
    return facts
  }

  /// Hands on the bytes of the postings as they stand, without the header.
  ///
  /// - Returns: The digest and size of the whole file; `postings` is not counted.
  /// - Throws: ``FileFault``, what the sink throws.
  @discardableResult
  public func copyRows(to sink: any ByteSink) throws -> Facts {
    var isInHeader = true
    return try scan { block in
      guard isInHeader else { return try sink.write(Array(block)) }
      // No column's name has a line break, so the header ends with the first one.
      guard let end = block.firstIndex(of: 0x0A) else { return }
      isInHeader = false
      try sink.write(Array(block[(end + 1)...]))
    }
  }

  private func scan(_ body: (ArraySlice<UInt8>) throws -> Void) throws -> Facts {
    let file = try Descriptor(opening: path, for: .read)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var digest = SHA256()
    var facts = Facts()
    var count: Int
    repeat {
      count = try file.read(into: &buffer)
      ByteView.withBytes(of: buffer) { digest.update($0.slice(from: 0, to: count)) }
      facts.bytes += Int64(count)
      try body(buffer[..<count])
    } while count == buffer.count
    facts.sha256 = SHA256.hexadecimal(digest.finish())
    return facts
  }

  private func posting(_ records: JournalRecords) throws -> Posting {
    guard let amount = Int64(records.text(5).string) else {
      throw fault("amount_minor \(records.text(5)) is no 64-bit integer", at: records.line)
    }
    return Posting(
      transactionID: records.text(0), run: records.text(1), occurredAt: records.text(2),
      account: records.text(3), currency: records.text(4), amountMinor: amount,
      rewardID: records.text(6))
  }

  private func fault(_ message: String, at line: Int) -> JournalFault {
    JournalFault(path: path, line: line, message: message)
  }
}
