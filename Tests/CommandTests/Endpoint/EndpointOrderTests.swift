// In which order requests are refused, in whose form, and how answers are recognised again.

import Foundation
import Pipeline
import Stages
import Testing

@testable import refbatch

/// An endpoint over nothing: an empty store.
private struct Nothing {
  let reading: StoreReading
  let endpoint = Endpoint(table: .all, publicURL: "http://x")

  init() throws {
    let directory = NSTemporaryDirectory() + "refbatch-nothing-" + UUID().uuidString
    try DirectoryTree.make(directory)
    defer { try? DirectoryTree.remove(directory) }
    reading = try StoreReading(of: Workspace(directory))
  }

  static let admin = EndpointRequest.Proof.valid(Claims(role: .admin, subject: "root"))

  func ask(
    _ method: String, _ path: String, _ token: EndpointRequest.Proof = admin, query: String = "",
    ifNoneMatch: String? = nil
  ) -> Answer {
    var request = EndpointRequest(
      method: method, path: path, query: Array(query.utf8), token: token)
    request.ifNoneMatch = ifNoneMatch
    let answer = endpoint.answer(request, reading)
    if case .pieces = answer.body { reading.end() }
    return answer
  }
}

extension Answer {
  fileprivate var text: String {
    if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
  }

  fileprivate func field(_ name: String) -> String? {
    fields.first { $0.name == name }?.value
  }
}

struct EndpointOrderTests {
  @Test func `without a token nothing is told but that`() throws {
    let nothing = try Nothing()
    for (method, path) in [
      ("GET", "/companies/dashboard"), ("GET", "/nothing"), ("POST", "/track/click"),
      ("GET", "/"), ("GET", "/openapi.json"), ("GET", "/metrics"), ("OPTIONS", "/api/auth/me"),
    ] {
      let answer = nothing.ask(method, path, .none)
      #expect(answer.status == 401, "\(path)")
      #expect(answer.field("WWW-Authenticate") == "Bearer")
    }
    #expect(nothing.ask("GET", "/healthz", .none).status == 200)
    #expect(nothing.ask("GET", "/readyz", .none).status == 200)
    #expect(nothing.ask("POST", "/healthz", .none).status == 405)
    let bad = nothing.ask("GET", "/api/auth/me", .invalid)
    #expect(
      bad.text
        == #"{"success":false,"error":"Invalid or expired token","code":"UNAUTHORIZED"}"#)
  }

  @Test func `then what is not there, then methods, then roles, then parameters`() throws {
    let nothing = try Nothing()
    #expect(nothing.ask("POST", "/nothing").status == 404)
    #expect(nothing.ask("OPTIONS", "*").status == 405)
    #expect(nothing.ask("GET", "*").status == 404)
    #expect(nothing.ask("GET", "/track/click").status == 404)
    #expect(nothing.ask("GET", "/companies/dashboard/").status == 404)
    #expect(nothing.ask("GET", "/companies/d%61shboard").status == 404)
    #expect(nothing.ask("POST", "/companies/dashboard", query: "days=x").status == 405)
    #expect(nothing.ask("GET", "/companies/dashboard", query: "days=x").status == 403)
    #expect(nothing.ask("GET", "/api/admin/referrals", query: "status=x").status == 400)
    let company = EndpointRequest.Proof.valid(Claims(role: .company, subject: "nobody"))
    let unknown = nothing.ask("GET", "/companies/dashboard", company)
    #expect(
      unknown.text
        == #"{"success":false,"error":{"code":"UNAUTHORIZED","message":"User not found"}}"#)
  }

  @Test func `304 comes after all that, for the same caller alone`() throws {
    let nothing = try Nothing()
    let answer = nothing.ask("GET", "/api/admin/referrals")
    let tag = try #require(answer.field("ETag"))
    #expect(answer.field("Cache-Control") == "private, no-cache")
    #expect(answer.field("Vary") == "Authorization, Cookie")
    func status(
      _ field: String, _ token: EndpointRequest.Proof = Nothing.admin, _ query: String = ""
    ) -> Int {
      nothing.ask("GET", "/api/admin/referrals", token, query: query, ifNoneMatch: field).status
    }
    #expect(status(tag) == 304)
    #expect(status("\"x\" , W/\(tag)") == 304)
    #expect(status("*") == 304)
    #expect(status("\"x\"") == 200)
    #expect(status(tag, .none) == 401)
    #expect(status(tag, .valid(Claims(role: .admin, subject: "other"))) == 200)
    #expect(status(tag, Nothing.admin, "status=PENDING") == 200)
    #expect(status(tag, Nothing.admin, "status=x") == 400)
    let unchanged = nothing.ask("GET", "/api/admin/referrals", ifNoneMatch: tag)
    #expect(unchanged.field("ETag") == tag)
    #expect(unchanged.text.isEmpty)
  }

  @Test(arguments: RefusedWrite.all.map(\.path))
  func `what the documents write is refused with the kind that does it`(path: String) throws {
    let nothing = try Nothing()
    let write = try #require(RefusedWrite.all.first { Text($0.path) == Text(path) })
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
      let answer = nothing.ask(method, path.replacing("{id}", with: "x1"))
      #expect(answer.status == 405)
      #expect(answer.field("Allow") == "GET, HEAD")
      if let kind = write.kind {
        #expect(answer.text.contains("of kind \(kind.word)\""), "\(answer.text)")
      }
    }
  }

  @Test func `forms of refusals are the platforms'`() throws {
    let nothing = try Nothing()
    func text(_ path: String) -> String { nothing.ask("GET", path).text }
    #expect(text("/x") == #"{"success":false,"error":"Not found","code":"NOT_FOUND"}"#)
    #expect(text("/api/v1/x") == #"{"detail":"Not found"}"#)
    #expect(
      text("/companies/x")
        == #"{"success":false,"error":{"code":"NOT_FOUND","message":"Not found"}}"#)
    #expect(
      text("/api/wallet") == #"{"success":false,"errors_message":"Not found","data":null}"#)
    #expect(text("/api/affiliate/x") == text("/x"))
    #expect(text("/affiliatesx") == text("/x"))
    #expect(text("/dashboard/x").contains("<h1>There is nothing here</h1>"))
  }

  @Test func `a store that cannot be read is 503`() throws {
    let broken = StoreReading(try Database.open(path: ":memory:", mode: .readWriteCreate))
    let endpoint = Endpoint(table: .all, publicURL: "")
    for path in ["/healthz", "/api/auth/me", "/companies/settings"] {
      let answer = endpoint.answer(
        EndpointRequest(method: "GET", path: path, token: Nothing.admin), broken)
      #expect(answer.status == 503, "\(path)")
    }
  }

  @Test func `the description has every route, with defaults and ranges, GET and HEAD alone`()
    throws
  {
    let nothing = try Nothing()
    let value = try JSONValue(nothing.ask("GET", "/openapi.json").text)
    func member(_ value: JSONValue?, _ name: Text) -> JSONValue? {
      value?.members?.first { $0.name == name }?.value
    }
    let paths = try #require(member(value, "paths")?.members)
    #expect(paths.map(\.name).sorted() == RouteTable.all.routes.map { Text($0.path) }.sorted())
    for path in paths {
      #expect(path.value.members?.map(\.name) == ["get", "head"])
    }
    let history = member(member(member(value, "paths"), "/api/v1/referrals/history"), "get")
    let limit = member(history, "parameters")?.elements?.first {
      member($0, "name")?.text == "limit"
    }
    #expect(
      member(limit, "schema")?.canonicalText
        == (try JSONValue(#"{"type":"integer","minimum":1,"maximum":200,"default":50}"#))
        .canonicalText)
  }
}

struct QueryParameterTests {
  private func reason(_ parameter: QueryParameter, _ text: String) -> ParameterFault.Reason? {
    if case .failure(let fault) = parameter.read(text) { fault.reason } else { nil }
  }

  @Test(
    arguments: [
      ("1", nil), ("200", nil), ("007", nil), ("0", .tooSmall(least: 1)),
      ("-1", .tooSmall(least: 1)),
      ("201", .tooLarge(most: 200)), ("9223372036854775808", .tooLarge(most: 200)),
      ("-99999999999999999999", .tooSmall(least: 1)), ("", .notInteger), ("1.5", .notInteger),
      ("+1", .notInteger), (" 1", .notInteger), ("1e2", .notInteger), ("-", .notInteger),
      ("٣", .notInteger),
    ] as [(String, ParameterFault.Reason?)])
  func `whole numbers`(text: String, expected: ParameterFault.Reason?) {
    #expect(reason(.integer("limit", default: 50, in: 1...200, ""), text) == expected)
  }

  @Test func `whole numbers without a greatest one end at 64 bits`() {
    let offset = QueryParameter.integer("offset", default: 0, from: 0, "")
    #expect(reason(offset, "9223372036854775807") == nil)
    #expect(reason(offset, "9223372036854775808") == .tooLong)
  }

  @Test(
    arguments: [
      ("0", nil), ("10", nil), ("2.5", nil), ("2.50", nil), ("10.00", nil), ("9.990", nil),
      ("10.01", .tooLarge(most: 10)), ("-1", .tooSmall(least: 0)), ("-0.01", .tooSmall(least: 0)),
      ("2.505", .notDecimal), ("", .notDecimal), (".5", .notDecimal), ("5.", .notDecimal),
      ("1e1", .notDecimal), ("99999999999999999999", .tooLarge(most: 10)), ("x", .notDecimal),
    ] as [(String, ParameterFault.Reason?)])
  func `decimals of two places`(text: String, expected: ParameterFault.Reason?) {
    #expect(reason(.hundredths("fee", in: 0...10, ""), text) == expected)
  }

  @Test func `a query is decoded, and the last of a name counts`() {
    let query = QueryText(Array("a=1&b=%41%2b+c&a=2&c&=x&d=%zz&e=%ff&%61=3".utf8))
    #expect(query.values["a"] == .some("3"))
    #expect(query.values["b"] == .some("A+ c"))
    #expect(query.values["c"] == .some(""))
    #expect(query.values["d"] == .some(nil))
    #expect(query.values["e"] == .some(nil))
    #expect(query.values["f"] == nil)
  }
}
