// `export runs` and `files`: what came in, and what became of it.
import Pipeline

extension Export {
  /// In the order in which the runs were committed.
  func writeRuns(from database: Database, to table: inout TableWriter) throws {
    let query = """
      SELECT r.name, r.as_of, count(f.no), coalesce(sum(f.rows), 0), coalesce(sum(f.accepted), 0),
        coalesce(sum(f.duplicate), 0), coalesce(sum(f.filtered), 0), coalesce(sum(f.rejected), 0)
      FROM runs r LEFT JOIN files f ON f.run = r.no \(condition("r.no"))
      GROUP BY r.no ORDER BY r.no
      """
    try database.forEachRow(query, parameters) { row in
      table.append(row.text())
      table.append(row.instant())
      for _ in 0..<6 { table.append(row.int()) }
      try table.endRow()
    }
  }

  /// By run, kind, file and then content.
  func writeFiles(from database: Database, to table: inout TableWriter) throws {
    let query = """
      SELECT r.name, f.kind, f.name, f.rows, f.accepted, f.duplicate, f.filtered, f.rejected
      FROM files f CROSS JOIN runs r ON r.no = f.run \(condition("f.run"))
      ORDER BY r.no, f.kind, f.name, f.digest, f.profile
      """
    try database.forEachRow(query, parameters) { row in
      for _ in 0..<3 { table.append(row.text()) }
      for _ in 0..<5 { table.append(row.int()) }
      try table.endRow()
    }
  }
}
