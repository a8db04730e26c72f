// Two nights of two programmes and three affiliates, small enough to add up by hand, and a way to
// ask the endpoint about them without a socket.
import Foundation
import Pipeline
import Stages
import Testing

@testable import refbatch

/// A workspace with the story in it; as of 2026-04-02T00:00:00Z after both nights.
///
/// Acme (p1, USD, 10 %, share 80 %, a tier Silver from 2 at 20 % with a bonus of 5.00, 3.00 for a
/// lead) and Beta (p2, EUR, 25 %, share 100 %). Ann (a1) has a code for each and invited Bob (a2)
/// for 5 %; a3 has nothing.
final class SeedsStory: Sendable {
  let root: String

  init() throws {
    root = NSTemporaryDirectory() + "refbatch-seeds-" + UUID().uuidString
    try DirectoryTree.make(root + "/in")
  }

  deinit { try? DirectoryTree.remove(root) }

  /// Both nights.
  static func told() throws -> SeedsStory {
    let story = try SeedsStory()
    try story.run(1, "2026-03-31", first)
    let payout = try story.paidOut()
    try story.run(
      2, "2026-04-01",
      [
        .decisions: """
        target,target_id,action,review_notes,decided_by,decided_at
        referral,r1,approve,ok,dee,2026-04-01T08:00:00Z
        referral,r2,reject,,,2026-04-01T08:00:01Z
        conversion,p1/o6,reject,,,2026-04-01T08:00:02Z

        """,
        .settlements: """
        payout_id,status,transaction_id,processed_at
        \(payout),completed,T-1,2026-04-01T12:00:00Z

        """,
      ])
    return story
  }

  /// The id of the one payout.
  func paidOut() throws -> Text {
    let reading = try StoreReading(of: Workspace(root + "/ws"))
    try reading.begin()
    defer { reading.end() }
    let number = try #require(try reading.payoutNumbers().first)
    return try #require(try reading.payout(number)).id
  }

  /// Writes the files of a night and runs it.
  func run(_ night: Int, _ date: String, _ files: [InputKind: String]) throws {
    for (kind, text) in files {
      try WholeFile.replace("\(root)/in/\(kind.rawValue)-\(night).csv", with: Array(text.utf8))
    }
    let inputs = InputKind.allCases.map { kind in
      #"{"kind":"\#(kind.rawValue)","path":"in/\#(kind.rawValue)-*.csv","required":false}"#
    }
    let settings = #"{"default_fee_percentage":2.5}"#
    let schedule =
      #"{"workspace":"ws","inputs":[\#(inputs.joined(separator: ","))],"settings":\#(settings)}"#
    try WholeFile.replace("\(root)/schedule.json", with: Array(schedule.utf8))
    let end = try #require(
      ByteView.withBytes(of: Array("\(date)T00:00:00Z".utf8)) { InstantText.scan($0) })
    let request = RunRequest(
      schedule: try Schedule(file: "\(root)/schedule.json"),
      asOf: Instant(milliseconds: end + Instant.day), threads: 1, memory: 1 << 28)
    _ = try NightRun(request, log: Log(minimum: .error)).run()
  }

  static let first: [InputKind: String] = [
    .programs: """
    program_id,name,domain,email,currency,commission_rate,affiliate_share,payout_minimum_minor,\
    signup_bonus_minor,tiers,product_name,program_name,website_url,widget_config,publishable_key
    p1,Acme,acme.example,acme@x.test,USD,0.10,0.80,1000,300,\
    "[{""name"":""Silver"",""level"":1,""min_referrals"":2,""commission_rate"":0.20,\
    ""bonus_minor"":500}]",Widget,Acme Club,https://acme.example?x=1#top,"{""position"":""left""}",\
    pk_live_1
    p2,Beta,beta.example,,EUR,0.25,1,,,,,,,,

    """,
    .affiliates: """
    affiliate_id,user_id,name,email,status,currency,payment_method,payment_email,master_id,\
    fee_percentage,stripe_connect_id,created_at
    a1,u1,Ann,ann@x.test,active,USD,PAYPAL,pay@x.test,,,acct_1,2026-01-05T00:00:00Z
    a2,,Bob,bob@x.test,active,,,,a1,5,,2026-01-06T00:00:00Z
    a3,,,c@x.test,pending,,,,,,,2026-01-06T00:00:00Z

    """,
    .codes: """
    code,affiliate_id,program_id,max_uses,metadata,created_at
    ANN1,a1,p1,100,"{""k"":1}",2026-01-07T00:00:00Z
    ANN2,a1,p2,,,2026-01-08T00:00:00Z
    BOB1,a2,p1,,,2026-01-09T00:00:00Z

    """,
    .clicks: """
    click_id,occurred_at,code,landing_page,referrer,utm_source,user_agent
    c1,2026-03-10T10:00:00Z,ANN1,https://acme.example/pricing?x=1,,twitter,
    c2,2026-03-10T11:00:00Z,ANN1,https://acme.example/pricing,https://www.Google.com/search,,
    c3,2026-03-11T10:00:00Z,BOB1,https://acme.example,,,
    c4,2026-03-12T10:00:00Z,ANN2,,,news,
    c5,2026-02-01T00:00:00Z,ANN1,,,,
    c6,2026-03-10T12:00:00Z,ANN1,,,,Googlebot/2.1

    """,
    .orders: """
    order_id,occurred_at,program_id,code,click_id,customer_email,amount,currency,status,refunded_amount
    o1,2026-03-10T12:00:00Z,p1,,c1,,100.00,USD,paid,
    o2,2026-03-11T12:00:00Z,p1,,c3,,50.00,USD,partially_refunded,10.00
    o3,2026-03-12T12:00:00Z,p2,,c4,,20.00,EUR,paid,
    o4,2026-03-13T12:00:00Z,p1,,c2,ann@x.test,30.00,USD,paid,
    o5,2026-03-14T12:00:00Z,p1,,c9,,99.00,USD,paid,
    o6,2026-03-15T12:00:00Z,p1,,c2,ann@x.test,10.00,USD,paid,
    o7,2026-03-16T12:00:00Z,p1,,c1,,1250,JPY,paid,

    """,
    .referrals: """
    referral_id,code,lead_name,lead_email,estimated_value,referred_id,occurred_at
    r1,ANN1,Jane,jane@l.test,5000,jane-1,2026-03-05T00:00:00Z
    r2,ANN1,,joe@l.test,,,2026-03-06T00:00:00Z
    r3,BOB1,,x@l.test,12.50,,2026-03-07T00:00:00Z

    """,
  ]
}

/// An endpoint over one workspace.
struct Asking {
  let reading: StoreReading
  private let endpoint = Endpoint(table: .all, publicURL: "https://r.test")

  init(_ root: String) throws { reading = try StoreReading(of: Workspace(root + "/ws")) }

  static func claims(_ role: Role, _ subject: Text) -> Claims {
    Claims(role: role, subject: subject, email: nil)
  }

  /// Asks and reads the whole body.
  func get(
    _ path: String, _ query: String, _ role: Role, _ subject: Text
  ) throws -> (status: Int, body: String) {
    let answer = endpoint.answer(
      EndpointRequest(
        method: "GET", path: path, query: Array(query.utf8),
        token: .valid(Self.claims(role, subject))), reading)
    switch answer.body {
    case .bytes(let bytes): return (answer.status, String(decoding: bytes, as: UTF8.self))
    case .pieces(let pieces):
      defer { reading.end() }
      var bytes: [UInt8] = []
      while let piece = try pieces.next() { bytes.append(contentsOf: piece) }
      return (answer.status, String(decoding: bytes, as: UTF8.self))
    case .later: return (0, "later")
    }
  }

  /// The body in the one form that all spellings share.
  func json(
    _ path: String, _ query: String, _ role: Role, _ subject: Text
  ) throws -> String {
    let answer = try get(path, query, role, subject)
    #expect(answer.status == 200, "\(path)?\(query): \(answer.body)")
    return try JSONValue(answer.body).canonicalText
  }
}

/// JSON in the one form that all spellings share.
func canonical(_ json: String) throws -> String { try JSONValue(json).canonicalText }
