// What SQLite refused, and why. The values bound to a statement never enter a fault.

internal import CSQLite

/// A failed operation on a SQLite database.
public struct DatabaseFault: Error, Hashable, Sendable {
  /// What a fault means for the caller.
  public enum Kind: Hashable, Sendable {
    /// The disk is full, a read or write failed, or the file cannot be opened or written.
    case inputOutput
    /// The file is damaged, or is no SQLite database at all.
    case damaged
    /// Another connection held the database for longer than the busy timeout.
    case busy
    /// A row broke a constraint of the schema.
    case constraint
    /// The statement is wrong, or was used wrongly.
    case misuse
    /// The file was made by a later version of the program, or by another program.
    case otherSchema
  }

  /// The kind of failure.
  public let kind: Kind
  /// SQLite's extended result code; 0 for a fault this program found itself.
  public let code: Int32
  /// SQLite's message, or this program's.
  public let message: String
  /// The statement with its placeholders, where there is one.
  public let sql: String?
  /// The path of the database.
  public let path: String

  /// Describes a result code of SQLite's.
  init(code: Int32, message: String, sql: String?, path: String) {
    self.kind = Kind(code: code)
    self.code = code
    self.message = message
    self.sql = sql
    self.path = path
  }

  /// Describes what this program itself found wrong.
  init(kind: Kind, message: String, path: String, sql: String? = nil) {
    self.kind = kind
    self.code = 0
    self.message = message
    self.sql = sql
    self.path = path
  }

  /// Whether the disk, or a quota on it, has no room left.
  public var isOutOfSpace: Bool { code & 0xFF == SQLITE_FULL }
}

extension DatabaseFault.Kind {
  /// The kind that an extended result code belongs to.
  init(code: Int32) {
    switch code & 0xFF {
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_NOMEM,
      SQLITE_NOLFS:
      self = .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .damaged
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: self = .constraint
    default: self = .misuse
    }
  }
}

extension DatabaseFault: ExitCoded {
  public var exitStatus: ExitStatus {
    switch kind {
    case .inputOutput: .inputOutput
    case .damaged, .otherSchema: .dataRefused
    case .busy: .temporaryFailure
    case .constraint, .misuse: .failed
    }
  }
}

extension DatabaseFault: CustomStringConvertible {
  /// One line: the path, what happened, the statement, and what to do.
  public var description: String {
    var text = "\(path): \(message)"
    if code != 0 { text += " (SQLite code \(code))" }
    if let sql { text += ", in: \(sql)" }
    return text + advice
  }

  private var advice: String {
    switch kind {
    case .inputOutput where isOutOfSpace: ". Free some space, then run again."
    case .inputOutput: ". Look at the disk and the permissions, then run again."
    case .damaged: ". Restore the store from a backup, or rebuild it with replay."
    case .busy: ". Run again when the other program has finished."
    case .constraint, .misuse, .otherSchema: ""
    }
  }
}
