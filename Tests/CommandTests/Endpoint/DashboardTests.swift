// The pages for people: whose rows stand on them, and that nothing on them can do harm.

import Foundation
import Pipeline
import Stages
import Testing

@testable import refbatch

@Suite struct DashboardTests {
  private static let story = Result { try SeedsStory.told() }
  private static let pages = Page.allCases.map(\.rawValue)

  private let asking: Asking

  init() throws { asking = try Asking(Self.story.get().root) }

  @Test func `every role sees its pages and no others`() throws {
    for (role, subject) in [(Role.admin, "root"), (.company, "p1"), (.affiliate, "a1")]
      as [(Role, Text)]
    {
      for page in Page.allCases {
        let (status, body) = try asking.get(page.rawValue, "", role, subject)
        #expect(status == (page.roles.contains(role) ? 200 : 403), "\(page) \(role)")
        #expect(body.hasPrefix("<!doctype html>"))
        // Nothing that the policy of the pages would have to stop.
        for word in [
          "<script", "style=\"", "<style", "onload", "javascript:", "http://", "https://",
        ] {
          #expect(!body.contains(word), "\(page) has \(word)")
        }
      }
    }
  }

  @Test func `pages name the sheet they were made for, and it is there`() throws {
    let body = try asking.get("/", "", .admin, "root").body
    let parts = StyleSheet.link.split(separator: "?")
    #expect(parts.first.map(String.init) == StyleSheet.path && parts.last?.count == 8)
    #expect(body.contains(#"<link rel="stylesheet" href="\#(StyleSheet.link)">"#))
    let sheet = try asking.get(StyleSheet.path, "\(parts.last ?? "")", .admin, "root")
    #expect(sheet.status == 200 && sheet.body == StyleSheet.text)
  }

  @Test func `an admin's choice of all programmes is no programme`() throws {
    let all = try asking.get("/", "program=", .admin, "root")
    #expect(all.status == 200)
    #expect(all.body.contains(#"<option value="">All programs</option>"#))
    #expect(try asking.get("/", "program=nope", .admin, "root").status == 404)
  }

  @Test func `an affiliate sees nothing of another`() throws {
    for page in Self.pages + ["/dashboard/conversion"] {
      for query in ["", "program=p1", "program=p1&order=o1", "affiliate=a1&sub=a1"] {
        let (_, body) = try asking.get(page, query, .affiliate, "a2")
        for word in ["ANN1", "ANN2", "ann@x.test", "Ann<", ">o1<", ">o4<", "o6"] {
          #expect(!body.contains(word), "\(page)?\(query) has \(word)")
        }
      }
    }
  }

  @Test func `a company sees nothing of another`() throws {
    for page in Self.pages + ["/dashboard/conversion"] {
      for query in ["", "program=p1", "program=p1&order=o1"] {
        let (_, body) = try asking.get(page, query, .company, "p2")
        for word in ["ANN1", "BOB1", "Acme", ">o1<", ">o2<", ">o6<", "Bob"] {
          #expect(!body.contains(word), "\(page)?\(query) has \(word)")
        }
      }
    }
  }

  @Test func `a trace says why, to those whose order it is`() throws {
    let path = "/dashboard/conversion"
    let (status, body) = try asking.get(path, "program=p1&order=o1", .company, "p1")
    #expect(status == 200)
    for word in [
      "click id", "ANN1", "10 %", "80 %", "10.00 USD", "8.00 USD", "orders-1.csv, line 2",
    ] {
      #expect(body.contains(word), "\(word)")
    }
    #expect(try asking.get(path, "program=p1&order=o1", .affiliate, "a1").status == 200)
    #expect(try asking.get(path, "program=p1&order=o1", .affiliate, "a2").status == 404)
    #expect(try asking.get(path, "program=p1&order=o1", .company, "p2").status == 404)
    #expect(try asking.get(path, "program=p1&order=o5", .company, "p1").body.contains("no click"))
    #expect(try asking.get(path, "program=p1&order=none", .admin, "root").status == 404)
  }

  @Test func `an admin chooses a program`() throws {
    let (_, all) = try asking.get("/", "", .admin, "root")
    #expect(all.contains("All programs"))
    let (_, one) = try asking.get("/", "program=p2&days=90", .admin, "root")
    #expect(one.contains("Beta ·") && one.contains("20.00 EUR"))
    #expect(try asking.get("/", "program=p9", .admin, "root").status == 404)
    #expect(try asking.get("/", "days=0", .admin, "root").status == 400)
  }

  @Test func `texts are escaped wherever they stand`() {
    var html = HTMLWriter()
    html.element("a", ["href": "\"'<>&"]) { $0.text("<script>&\"'\u{0}\u{7F}") }
    #expect(
      String(decoding: html.bytes, as: UTF8.self)
        == "<a href=\"&quot;&#39;&lt;&gt;&amp;\">&lt;script&gt;&amp;&quot;&#39;\u{FFFD}\u{FFFD}</a>"
    )
  }

  @Test func `a refusal at a page lets a browser sign in`() throws {
    let answer = Endpoint(table: .all, publicURL: "").answer(
      EndpointRequest(method: "GET", path: "/"), asking.reading)
    #expect(answer.status == 401)
    let fields = answer.fields.filter { $0.name == "WWW-Authenticate" }.map(\.value)
    #expect(fields == ["Bearer", "Basic realm=\"refbatch\", charset=\"UTF-8\""])
    #expect(answer.fields.contains { $0.name == "Content-Security-Policy" })
  }
}

@Suite struct EndpointServiceTests {
  private let keys = TokenKeys([TokenSecret([UInt8](repeating: 1, count: 32))])

  private func request(_ text: String) throws -> HTTPRequest {
    var parser = HTTPParser()
    guard case .request(let request, _) = parser.parse(Array(text.utf8)) else {
      throw HTTPFault.badRequest
    }
    return request
  }

  private func service(_ root: String) -> EndpointService {
    EndpointService(
      Endpoint(table: .all, publicURL: "http://x"), Workspace(root), keys, seconds: { 1_000 })
  }

  private func get(_ path: String, _ claims: Claims, _ fields: String = "") throws -> HTTPRequest {
    let token = try keys.sign(claims, expiry: 2_000)
    return try request(
      "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\(fields)\r\n")
  }

  private func text(_ response: HTTPResponse) -> String {
    if case .bytes(let bytes) = response.body { String(decoding: bytes, as: UTF8.self) } else { "" }
  }

  @Test func `an answer out of memory is the same, until a run commits`() throws {
    let story = try SeedsStory()
    try story.run(1, "2026-03-31", SeedsStory.first)
    let service = service(story.root + "/ws")
    let company = Claims(role: .company, subject: "p1")
    let ask = try get("/companies/dashboard?days=90", company)
    let first = service.respond(to: ask)
    let second = service.respond(to: ask)
    #expect(first.status == 200 && text(first) == text(second) && first.head == second.head)
    #expect(service.facts.remembered == 1)
    let head = String(decoding: first.head, as: UTF8.self)
    let tag = try #require(head.split(separator: "ETag: ").last?.prefix { $0 != "\r\n" })
    let known = try get("/companies/dashboard?days=90", company, "If-None-Match: \(tag)\r\n")
    #expect(service.respond(to: known).status == 304)
    let other = try get("/companies/dashboard?days=90", Claims(role: .company, subject: "p2"))
    #expect(text(service.respond(to: other)) != text(first))
    try story.run(
      2, "2026-04-01",
      [
        .orders: """
        order_id,occurred_at,program_id,click_id,amount
        n1,2026-03-20T12:00:00Z,p1,c1,10.00

        """
      ])
    let third = service.respond(to: known)
    #expect(third.status == 200 && text(third) != text(first))
  }

  @Test func `no workspace is 503, no run is empty, and a first run is noticed`() throws {
    let story = try SeedsStory()
    let service = service(story.root + "/ws")
    let admin = Claims(role: .admin, subject: "root")
    let ask = try get("/api/admin/dashboard", admin)
    #expect(service.respond(to: ask).status == 503)
    try DirectoryTree.make(story.root + "/ws")
    let service2 = self.service(story.root + "/ws")
    #expect(text(service2.respond(to: ask)).contains(#""totalPartners":0"#))
    try story.run(1, "2026-03-31", SeedsStory.first)
    let fresh = self.service(story.root + "/ws")
    #expect(text(fresh.respond(to: ask)).contains(#""totalPartners":3"#))
  }

  @Test func `an answer of before a run is not given after it by another connection`() throws {
    let story = try SeedsStory()
    try story.run(1, "2026-03-31", SeedsStory.first)
    let service = service(story.root + "/ws")
    let ask = try get("/companies/dashboard?days=90", Claims(role: .company, subject: "p1"))
    let first = text(service.respond(to: ask))
    let list = try get("/api/admin/affiliates", Claims(role: .admin, subject: "root"))
    // The connection that has answered so far is lent to a list, and sees the first run still.
    let lent = service.respond(to: list)
    try story.run(
      2, "2026-04-01",
      [
        .orders: """
        order_id,occurred_at,program_id,click_id,amount
        n1,2026-03-20T12:00:00Z,p1,c1,10.00

        """
      ])
    #expect(text(service.respond(to: ask)) != first)
    guard case .pieces(let pieces) = lent.body else {
      Issue.record("not in pieces")
      return
    }
    while try pieces.next() != nil {}
    #expect(text(service.respond(to: ask)) != first)
  }

  @Test func `a store that is gone is 503, and is found when it is back`() throws {
    let story = try SeedsStory()
    try story.run(1, "2026-03-31", SeedsStory.first)
    var now: Int64 = 0
    let service = EndpointService(
      Endpoint(table: .all, publicURL: "http://x"), Workspace(story.root + "/ws"), keys,
      seconds: { 1_000 }, milliseconds: { now })
    let ask = try get("/companies/dashboard?days=90", Claims(role: .company, subject: "p1"))
    let health = try get("/healthz", Claims(role: .admin, subject: "root"))
    #expect(service.respond(to: ask).status == 200)
    let store = story.root + "/ws/refbatch.sqlite"
    try FileManager.default.moveItem(atPath: store, toPath: store + "-away")
    for _ in 0..<3 {
      now += 1_000
      #expect(service.respond(to: ask).status == 503)
      #expect(service.respond(to: health).status == 503)
    }
    try FileManager.default.moveItem(atPath: store + "-away", toPath: store)
    now += 1
    #expect(service.respond(to: health).status == 200)
    #expect(service.respond(to: ask).status == 200)
  }

  @Test func `a list in pieces keeps its state while a run commits, and gives its reading back`()
    throws
  {
    let story = try SeedsStory()
    try story.run(1, "2026-03-31", SeedsStory.first)
    let service = service(story.root + "/ws")
    let ask = try get("/api/admin/affiliates", Claims(role: .admin, subject: "root"))
    for _ in 0..<100 {
      guard case .pieces(let pieces) = service.respond(to: ask).body else {
        Issue.record("not in pieces")
        return
      }
      _ = try pieces.next()
    }
    #expect(service.respond(to: ask).status == 200)
  }
}
