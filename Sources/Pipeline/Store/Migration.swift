// Numbered changes of a schema, applied once each and in order.

/// One change that brings a database from the version before to `version`.
public struct Migration: Sendable {
  /// The version reached; the first is 1.
  public let version: Int32
  /// What it does, for people.
  public let name: String
  /// What is done, in this order.
  public let steps: [Step]

  /// Statements, separated by semicolons.
  public enum Step: Sendable {
    /// Tables, views and indexes.
    case layout(String)
    /// What brings rows along that are there already. A new database has none, and merely to
    /// compile such statements would cost it more than its whole layout.
    case rows(String)
  }

  /// Describes a change.
  public init(version: Int32, name: String, steps: [Step]) {
    self.version = version
    self.name = name
    self.steps = steps
  }

  /// Describes a change of nothing but the layout.
  public init(version: Int32, name: String, sql: String) {
    self.init(version: version, name: name, steps: [.layout(sql)])
  }
}

/// All versions of a program's schema, from nothing to the newest.
public struct Schema: Sendable {
  /// The number in a database's header that says whose it is; not 0.
  public let applicationID: Int32
  /// The changes, numbered 1, 2, 3 and so on.
  public let migrations: [Migration]

  /// Puts a schema together. The versions must be 1, 2, 3 and so on.
  public init(applicationID: Int32, migrations: [Migration]) {
    precondition(applicationID != 0, "0 is the mark of a database that is nobody's")
    let inOrder = migrations.enumerated().allSatisfy { Int($1.version) == $0 + 1 }
    precondition(inOrder, "migrations count 1, 2, 3")
    self.applicationID = applicationID
    self.migrations = migrations
  }

  /// The newest version.
  public var version: Int32 { Int32(migrations.count) }
}

extension Schema {
  /// Demands that the database is empty, or this program's and not of a later version. Reads only.
  ///
  /// - Returns: Whether it is empty.
  func checkOwnership(of database: Database) throws(DatabaseFault) -> Bool {
    let owner = try database.integer("PRAGMA application_id")
    let found = try database.integer("PRAGMA user_version")
    let objects = try database.integer("SELECT count(*) FROM sqlite_schema")
    let isEmpty = owner == 0 && found == 0 && objects == 0
    guard isEmpty || owner == Int64(applicationID) else {
      throw otherSchema(of: database, "this database belongs to another program; nothing changed")
    }
    guard found <= Int64(version) else {
      throw otherSchema(
        of: database,
        "its schema has version \(found), and this program knows up to \(version); nothing"
          + " changed. Use the newer program.")
    }
    return isEmpty
  }

  /// Applies what is missing, in one transaction.
  func apply(to database: Database) throws(DatabaseFault) {
    guard try database.integer("PRAGMA user_version") < Int64(version) else { return }
    do {
      try database.transaction {
        let found = try database.integer("PRAGMA user_version")
        for migration in migrations where Int64(migration.version) > found {
          for step in migration.steps {
            switch step {
            case .layout(let sql): try database.execute(sql)
            case .rows(let sql): if found > 0 { try database.execute(sql) }
            }
          }
        }
        try database.execute("PRAGMA application_id = \(applicationID)")
        try database.execute("PRAGMA user_version = \(version)")
      }
    } catch let fault as DatabaseFault {
      throw fault
    } catch {
      throw otherSchema(of: database, "the schema cannot be applied: \(error)")
    }
  }

  /// Demands exactly the newest version, of a connection that cannot change it.
  func demand(of database: Database) throws(DatabaseFault) {
    let found = try database.integer("PRAGMA user_version")
    guard found == Int64(version) else {
      throw otherSchema(
        of: database,
        "its schema has version \(found), and reading needs \(version). A run brings it up.")
    }
  }

  private func otherSchema(of database: Database, _ message: String) -> DatabaseFault {
    DatabaseFault(kind: .otherSchema, message: message, path: database.path)
  }
}
