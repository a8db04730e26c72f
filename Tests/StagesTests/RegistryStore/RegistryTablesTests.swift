import Foundation
import Pipeline
import Testing

@testable import Stages

@Suite("The registry's tables")
struct RegistryTablesTests {
  private func inDatabase(_ body: (Database) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("refbatch-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try Database.open(
      path: folder.appendingPathComponent("store.sqlite").path, mode: .readWriteCreate)
    try database.execute(RegistryTables.schema)
    try body(database)
  }

  private func save(_ night: RegistryNight?, _ database: Database) throws {
    let night = try #require(night)
    try database.transaction { try RegistryTables.save(night, to: database) }
  }

  @Test func `records come back as they were, over several runs`() throws {
    try inDatabase { database in
      var runs = RegistryRuns()
      try runs.run(
        asOf: "2026-01-01T00:00:00Z",
        programs: RowsFromText.programs(
          #"{"program_id":"é","name":"N","commission_rate":0.125,"status":"paused"}"#,
          #"{"program_id":"q","tiers":[],"widget_config":{"b":1,"a":[true]},"require_click":false}"#,
          #"""
          {"program_id":"q","hold_days":3,"effective_at":"2026-02-01T00:00:00Z","status":"paused","status_at":"2026-02-02T00:00:00Z"}
          """#),
        affiliates: RowsFromText.affiliates(
          #"""
          {"affiliate_id":"b","email":"b@x.de","master_id":"c","fee_percentage":3.25,"payment_method":"SEPA","payment_details":{"iban":"DE1"},"currency":"EUR","updated_at":"2026-01-01T00:00:00Z"}
          """#,
          #"{"affiliate_id":"c","email":"c@x.de","commission_rate":0.5,"status":"suspended"}"#),
        codes: RowsFromText.codes(
          #"{"code":"A","affiliate_id":"b","program_id":"q","max_uses":2,"metadata":{"k":"v"}}"#,
          #"{"affiliate_id":"c","program_id":"q","expires_at":"2027-01-01T00:00:00Z"}"#))
      try save(runs.last, database)
      try expectSame(try RegistryTables.load(from: database), runs.records)
      try runs.run(
        asOf: "2026-01-02T00:00:00Z",
        programs: RowsFromText.programs(#"{"program_id":"q","hold_days":9}"#),
        affiliates: RowsFromText.affiliates(
          #"{"affiliate_id":"b","email":"b2@x.de","company":"B"}"#,
          #"{"affiliate_id":"d","email":"b@x.de","user_id":"7"}"#),
        codes: RowsFromText.codes(
          #"{"code":"A","affiliate_id":"b","program_id":"q","is_active":false}"#))
      try save(runs.last, database)
      try expectSame(try RegistryTables.load(from: database), runs.records)
      #expect(try database.integrityCheck().isEmpty)
    }
  }

  private func expectSame(_ left: RegistryRecords, _ right: RegistryRecords) throws {
    #expect(left.programs == right.programs)
    #expect(left.affiliates == right.affiliates)
    #expect(left.codes == right.codes)
    for record in right.programs { #expect(left.program(record.id) == right.program(record.id)) }
  }

  @Test func `contents of rows are found again, by kind`() throws {
    try inDatabase { database in
      let digest = Digest128(high: 1, low: .max)
      let content = RowContent(kind: .decisions, digest: digest)
      try RegistryTables.save([content, content], to: database)
      let lookup = try RowContentLookup(database)
      #expect(try lookup.contains(.decisions, digest))
      #expect(try !lookup.contains(.settlements, digest))
      #expect(try !lookup.contains(.decisions, Digest128(high: 1, low: 0)))
    }
  }

  @Test func `the tables read well: rates in basis points, the base's effective_at is NULL`() throws
  {
    try inDatabase { database in
      var runs = RegistryRuns()
      try runs.run(
        asOf: "2026-01-01T00:00:00Z",
        programs: RowsFromText.programs(
          #"{"program_id":"p","commission_rate":0.1,"payout_term":"NET-30"}"#))
      try save(runs.last, database)
      let row = try database.prepare(
        "SELECT commission_rate_bps, payout_term FROM program_terms WHERE effective_at IS NULL")
      #expect(try row.step())
      #expect(row.int(0) == 1_000 && row.text(1) == "NET-30")
    }
  }
}
