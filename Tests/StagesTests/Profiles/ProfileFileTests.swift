// Files and profiles that are out of the common: encodings, preambles, faults.
import Foundation
import Pipeline
import Testing

@testable import Stages

struct ProfileFileTests {
  private static let shop = """
    // A profile of one's own.
    {
      "name": "shop", "kind": "orders", "zone": "Europe/Berlin", "decimal": ",", "comment": "#",
      "columns": {
        "order_id": { "from": ["Nr."], "required": true },
        "occurred_at": { "from": ["Datum"], "required": true, "dates": ["dd.MM.yyyy HH:mm"] },
        "amount": { "from": ["Betrag"], "required": true },
        "currency": { "value": "EUR" },
        "program_id": { "value": "main" },
      },
    }
    """

  private func check(
    _ bytes: [UInt8], _ profile: String = ProfileFileTests.shop
  ) throws -> CheckResult {
    let path = NSTemporaryDirectory() + "profile-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: bytes)
    return try ProfileSample.check(
      path, by: .mapped(ResolvedProfile(source: profile, file: "shop.json5")), .orders)
  }

  private static let text = "Nr.;Datum;Betrag;Käufer\nA1;31.03.2026 12:00;1.234,50;Jürgen\n"

  private func expectRow(_ result: CheckResult) {
    #expect(result.refusals.isEmpty)
    #expect(result.counts.accepted == 1)
    #expect(result.amounts == ["EUR": 123450])
    let shown = result.samples.first?.fields.map { "\($0.name)=\($0.value)" }
    #expect(
      shown == [
        "order_id=A1", "occurred_at=2026-03-31T10:00:00Z", "program_id=main", "amount=1234.5",
        "currency=EUR",
      ])
  }

  @Test func `the delimiter is found by itself`() throws {
    expectRow(try check(Array(Self.text.utf8)))
    expectRow(try check(Array(Self.text.replacing(";", with: "\t").utf8)))
    expectRow(try check(Array(Self.text.replacing(";", with: "|").utf8)))
  }

  @Test func `UTF-16 with a mark is read`() throws {
    var little: [UInt8] = [0xFF, 0xFE]
    var big: [UInt8] = [0xFE, 0xFF]
    for unit in Self.text.utf16 {
      little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    }
    expectRow(try check(little))
    expectRow(try check(big))
  }

  @Test func `Windows-1252 is read where the profile states it`() throws {
    let bytes = Self.text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let stated = Self.shop.replacing("\"zone\"", with: "\"encoding\": \"windows-1252\", \"zone\"")
    expectRow(try check(bytes, stated))
    #expect(try check(bytes).refusals.count == 1)
  }

  @Test func `lines before the header, comments and blank rows are no rows`() throws {
    let text = "Report \"of\" March;;\n\n" + "# made by hand\n" + Self.text + "# the end\n;;;\n"
    let result = try check(Array(text.utf8))
    expectRow(result)
    #expect(result.passedOver == 2)
    #expect(result.samples.first?.line == 5)
  }

  @Test func `a faulty cell names line, column and row as the partner wrote them`() throws {
    let text =
      Self.text + "A2;31.02.2026 12:00;1,00;x\nA3;01.03.2026 12:00;12.50;x\n;01.03.2026 12:00;1;x\n"
    let result = try check(Array(text.utf8))
    #expect(result.counts.accepted == 1)
    let shown = result.rejects.map {
      "\($0.reject.origin.line) \($0.reject.column ?? "") \($0.reject.reason.rawValue)"
    }
    #expect(shown == ["3 Datum bad_instant", "4 Betrag bad_value", "5 Nr. missing_field"])
    let raw = result.rejects.first?.reject.raw.map { String(decoding: $0, as: UTF8.self) }
    #expect(raw == "A2;31.02.2026 12:00;1,00;x")
  }

  @Test func `a file without a needed column is refused with its name`() throws {
    let result = try check(Array("Nr.;Betrag\nA1;1,00\n".utf8))
    #expect(result.refusals.count == 1)
    #expect(result.refusals[0].contains("lacks \"Datum\""))
    #expect(result.refusals[0].contains("Nr., Betrag"))
  }

  @Test func `a needed name that stands twice is refused, another is not`() throws {
    let twice = "Nr.;Datum;Betrag;x;x\nA1;31.03.2026 12:00;1.234,50;;\n"
    expectRow(try check(Array(twice.utf8)))
    let doubled = "Nr.;Datum;Betrag;Betrag\nA1;31.03.2026 12:00;1;1\n"
    #expect(try check(Array(doubled.utf8)).refusals.count == 1)
  }

  @Test func `columns that are not named are kept where the profile says so`() throws {
    let kept = Self.shop.replacing("\"zone\"", with: "\"others\": \"metadata\", \"zone\"")
    let result = try check(Array(Self.text.utf8), kept)
    #expect(result.samples.first?.fields.last?.value == "{\"Käufer\":\"Jürgen\"}")
  }

  @Test func `what is doubtful is said`() throws {
    let profile = Self.shop.replacing("dd.MM.yyyy HH:mm", with: "M/d/yy")
    let text = "Nr.;Datum;Betrag\nA1;3/4/26;1,00\nA2;3/5/26;$2,00\n"
    let result = try check(Array(text.utf8), profile)
    #expect(result.counts.accepted == 2)
    #expect(
      result.warnings == [
        "2 dates have years of two digits; 70 to 99 are read as 1970 to 1999",
        "2 dates read with day and month in either order, and none decides; they are taken as M/d/yy",
      ])
  }
}

struct ProfileReaderTests {
  @Test(arguments: [
    ("{\"name\": \"x\"", "x.json5:1:"), ("[]", "one JSON object"),
    ("{\"name\":\"x\",\"kind\":\"sales\"}", "kind: must be one of"),
    ("{\"name\":\"x\",\"kind\":\"orders\",\"colums\":{}}", "unknown key \"colums\""),
    (
      "{\"name\":\"x\",\"kind\":\"orders\",\"columns\":{\"price\":[\"a\"]}}",
      "columns.price: no column"
    ),
    (
      "{\"name\":\"x\",\"kind\":\"clicks\",\"columns\":{\"code\":[\"a\"]}}",
      "columns.occurred_at: is missing"
    ),
    (
      "{\"name\":\"x\",\"kind\":\"clicks\",\"zone\":\"Mars\",\"columns\":{}}",
      "zone: \"Mars\" is no time zone"
    ),
    (
      "{\"name\":\"x\",\"kind\":\"clicks\",\"columns\":{\"code\":{\"from\":\"a\",\"dates\":\"dd/MM\"}}}",
      "needs a day"
    ),
    ("{\"name\":\"x\",\"kind\":\"clicks\",\"columns\":{\"code\":{}}}", "needs one of from"),
    (
      "{\"name\":\"x\",\"kind\":\"clicks\",\"rows\":{\"skip\":{\"column\":\"a\"}}}",
      "rows.skip[0]: needs one of is"
    ),
    (
      "{\"name\":\"x\",\"kind\":\"clicks\",\"rows\":{\"filter\":{\"column\":\"a\",\"is\":\"b\",\"reason\":\"bot\"}}}",
      "a reason is unpaid, excluded"
    ),
    ("{\"extends\":\"no-such\"}", "there is no profile of that name"),
    ("{\"extends\":\"shopify-orders\",\"base\":\"margin\"}", "\"margin\" is none of the bases"),
  ]) func `a wrong profile is refused with the place`(source: String, message: String) {
    let fault = #expect(throws: ProfileFault.self) {
      try ResolvedProfile(source: source, file: "x.json5")
    }
    #expect(fault?.description.contains(message) == true, "\(fault?.description ?? "")")
  }

  @Test func `a profile takes over what it extends, and changes what it states`() throws {
    let source = """
      { "extends": "shopify-orders", "name": "my-shop", "base": "total",
        "columns": { "program_id": { "value": "p1" }, "click_id": null } }
      """
    let profile = try ResolvedProfile(source: source, file: "x").profile
    #expect(profile.name == "my-shop")
    #expect(profile.evidence == .own)
    #expect(profile.columns.contains { $0.column == "program_id" && $0.rule.constant == "p1" })
    #expect(!profile.columns.contains { $0.column == "click_id" })
    let amount = profile.columns.first { $0.column == "amount" }
    #expect(amount?.rule.places.map(\.column) == ["Total"])
  }

  @Test func `settings stand behind a profile's name, and change what it is`() throws {
    let plain = try ResolvedProfile("shopify", relativeTo: ".")
    let set = try ResolvedProfile(
      "shopify:base=net,program_id=p1,zone=Europe/Paris", relativeTo: ".")
    #expect(plain.profile.name == "shopify-orders")
    #expect(set.profile.base == "net")
    #expect(set.profile.columns.contains { $0.rule.constant == "p1" })
    #expect(plain.identity != set.identity)
    #expect(throws: ProfileFault.self) { try ResolvedProfile("stripe", relativeTo: ".") }
  }

  @Test func `a drafted profile is sound and reads its sample`() throws {
    let folder = NSTemporaryDirectory() + "draft-\(UUID().uuidString)"
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    let text = """
      Bestellnummer;Datum;Nettobetrag;Status;Gutscheincode
      A1;31.03.2026 12:00;1.234,50;bezahlt;JANE
      A2;01.04.2026 09:30;10,00;storniert;

      """
    try WholeFile.replace("\(folder)/shop.csv", with: Array(text.utf8))
    var draft = ProfileDraft(try FileHead(path: "\(folder)/shop.csv"), kind: nil, name: "shop")
    try WholeFile.replace("\(folder)/shop.json5", with: Array(draft.text().utf8))
    let profile = try InputProfile("\(folder)/shop.json5", relativeTo: ".", kind: .orders)
    let result = try ProfileSample.check("\(folder)/shop.csv", by: profile, .orders)
    #expect(result.counts.accepted == 2)
    #expect(result.amounts == ["USD": 124450])
    #expect(result.statuses == ["paid": 1, "cancelled": 1])
  }
}
