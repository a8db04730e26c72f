// What rows look like in files: formats, faults, quotes.
import Pipeline
import Testing

@testable import Stages

@Suite struct ClickDecodingTests {
  private func night(_ files: (name: String, text: String)...) throws -> TestWorkspace.Night {
    let workspace = try TestWorkspace()
    return try workspace.night(
      files.map { try workspace.source(Array($0.text.utf8), name: $0.name) })
  }

  @Test func `the same row in CSV and in JSONL is one content`() throws {
    let csv = """
      occurred_at,unknown,code,click_id,user_agent,ip,visitor_id,utm_source
      2026-03-31T10:00:00Z,x,AAA,b,"Bot, ""the"" one",1.2.3.4,77,

      """
    let jsonl = """
      {"visitor_id": 77, "code": "AAA", "occurred_at": "2026-03-31T12:00:00+02:00", \
      "user_agent": "Bot, \\u0022the\\" one", "click_id": "b", "ip": "1.2.3.4", "utm_source": null, \
      "referrer": "", "other": [1]}

      """
    let night = try night(("a.csv", csv), ("b.jsonl", jsonl))
    #expect(night.counts(0).filtered == [.bot: 1])
    #expect(night.counts(1).duplicate == 1)
  }

  @Test func `neither the order of columns nor empty ones matter to a content`() throws {
    let first = """
      occurred_at,code,click_id,landing_page,referrer,utm_source,fingerprint
      2026-03-31T10:00:00Z,AAA,a,/x,/y,z,f
      2026-03-31T10:00:00Z,AAA,b,/y,/x,z,f

      """
    let permuted = """
      utm_source,ip,fingerprint,referrer,landing_page,click_id,code,occurred_at
      z,,f,/y,/x,a,AAA,2026-03-31T10:00:00.000Z
      z,,f,/x,/y,b,AAA,2026-03-31T10:00:00Z

      """
    let night = try night(("a.csv", first), ("b.csv", permuted))
    #expect(night.counts(0).accepted == 2)
    #expect(night.counts(0).duplicate + night.counts(1).duplicate == 2)
    let workspace = try TestWorkspace()
    let one = Array(first.utf8)
    try workspace.night([try workspace.source(one, name: "a.csv")])
    let other = try workspace.night([
      try workspace.source(Array(permuted.utf8), name: "b.csv")
    ])
    #expect(other.counts().duplicate == 2)
  }

  @Test func `a visitor_id is not a fingerprint of the same text`() throws {
    let text = """
      occurred_at,code,visitor_id,fingerprint,user_agent
      2026-03-31T10:00:00Z,AAA,v,,bot
      2026-03-31T10:00:00Z,AAA,,v,bot
      2026-03-31T10:00:00Z,AAA,v,w,bot
      2026-03-31T10:00:00Z,AAA,v,w,bot

      """
    let counts = try night(("a.csv", text)).counts()
    #expect(counts.filtered == [.bot: 3])
    #expect(counts.duplicate == 1)
  }

  @Test func `faulty rows are bad_row or bad_utf8, with their line, and hold up no other`() throws {
    let workspace = try TestWorkspace()
    var bytes = Array("occurred_at,code,ip\n".utf8)
    bytes += Array("2026-03-31T10:00:00Z,AAA\n".utf8)
    bytes += Array("2026-03-31T10:00:00Z,A".utf8) + [0xFF] + Array("AA,1\n".utf8)
    bytes += Array("2026-03-31T10:00:00Z,AAA,\"two\nlines\"\n".utf8)
    bytes += Array("2026-03-31T10:00:00Z,NOPE,1\n".utf8)
    let night = try workspace.night([try workspace.source(bytes, name: "f.csv")])
    #expect(night.counts().rows == 4)
    #expect(night.counts().accepted == 1)
    #expect(night.counts().rejected == [.badRow: 1, .badUTF8: 1, .unknownCode: 1])
    #expect(night.rejects.map(\.origin.line) == [2, 3, 6])
    #expect(try night.accepted(0, codes: 24).map(\.origin.line) == [4])
  }

  @Test func `a file without an optional column is read, one without a required one is not`()
    throws
  {
    let workspace = try TestWorkspace()
    let least = "code,occurred_at\nAAA,2026-03-31T10:00:00Z\n"
    #expect(try night(("a.csv", least)).counts().accepted == 1)
    #expect(throws: FileRefusal.self) {
      _ = try workspace.source(Array("code,ip\nAAA,1\n".utf8), name: "b.csv")
    }
  }

  @Test func `every native field counts as content, and nothing else does`() throws {
    let base = "2026-03-31T10:00:00Z,AOFF"
    let header = "occurred_at,code,click_id,visitor_id,fingerprint,ip,landing_page,referrer,"
    var lines = [header + "utm_source,utm_medium,utm_campaign,user_agent,other"]
    for place in 0...11 {
      let cells = (0..<11).map { $0 == place ? "v" : "" }
      lines.append(base + "," + cells.joined(separator: ","))
    }
    let night = try night(("a.csv", lines.joined(separator: "\n")))
    // Ten native fields, one after the other; then `other` alone, then nothing: one content.
    #expect(night.counts().filtered == [.codeInactive: 11])
    #expect(night.counts().duplicate == 1)
  }

  @Test func `long values and long ids are kept whole`() throws {
    let long = String(repeating: "x", count: 1_900)
    var clicks = ["a", "b"].map { TestClick(id: long.dropLast() + $0) }
    let workspace = try TestWorkspace()
    let night = try workspace.night([clicks])
    #expect(try night.accepted(0, codes: 24).map(\.touch.clickID.string) == clicks.map(\.id))
    clicks.append(TestClick(id: "c", page: long))
    #expect(try workspace.night([clicks]).counts().duplicate == 2)
  }
}
