// Nobody sees another's rows, whatever a query, a header or a path says; and what parameters take.
import Pipeline
import Stages
import Testing

@testable import refbatch

@Suite struct SeedsIsolationTests {
  private static let story = Result { try SeedsStory.told() }

  private let asking: Asking

  init() throws { asking = try Asking(Self.story.get().root) }

  private static let platforms: Set<Platform> = [.refferq, .bitcain, .refuel, .fangate]
  private static let routes = RouteTable.all.routes.filter { platforms.contains($0.platform) }

  /// Every way in which a query can name somebody else.
  private static let foreign = [
    "affiliate_id=a1", "user_id=u1", "userId=u1", "sub=a1", "role=admin", "company_id=p1",
    "programId=p1", "id=a1", "email=ann@x.test", "code=ANN1", "X-User-Id=u1",
  ]

  /// Words that stand in rows of one affiliate alone.
  private static let marks: [Text: [String]] = [
    "a1": [
      "ANN1", "ANN2", "Ann", "ann@x.test", "u1", "pay@x.test", "acct_1", "jane", "joe@", "o1", "o4",
      "T-1", PlatformUUID.text(.affiliate, "a1"),
    ],
    "a2": ["BOB1", "Bob", "x@l.test", "o2", PlatformUUID.text(.affiliate, "a2")],
    "a3": ["c@x.test", PlatformUUID.text(.affiliate, "a3")],
  ]

  @Test func `every endpoint of the documents is there`() {
    let expected = [
      "/api/auth/me", "/api/admin/dashboard", "/api/admin/affiliates", "/api/admin/referrals",
      "/api/admin/settings", "/api/admin/payouts", "/api/affiliate/profile",
      "/api/affiliate/referrals", "/api/affiliate/payouts", "/api/v1/referrals/code",
      "/api/v1/referrals/link", "/api/v1/referrals/stats", "/api/v1/referrals/tier",
      "/api/v1/referrals/history", "/api/v1/referrals/rewards", "/api/v1/referrals/payouts",
      "/companies/dashboard", "/companies/settings", "/companies/analytics",
      "/companies/conversions", "/affiliates/dashboard", "/affiliates/earnings",
      "/affiliates/settings", "/api/affiliate/invitation", "/api/affiliate/invitation/code",
      "/api/affiliate/invited", "/api/affiliate/revenue", "/api/wallet/affiliate",
    ]
    #expect(Set(Self.routes.map(\.path)) == Set(expected))
  }

  @Test func `no affiliate sees another's rows at any endpoint`() throws {
    for route in Self.routes {
      for (subject, _) in Self.marks {
        let plain = try asking.get(route.path, "", .affiliate, subject)
        for query in Self.foreign {
          let asked = try asking.get(route.path, query, .affiliate, subject)
          #expect(asked == plain, "\(route.path)?\(query) as \(subject)")
        }
        guard plain.status == 200 else { continue }
        for (other, marks) in Self.marks where other != subject {
          // Whom one has invited is the one thing that one sees of others (ENDPOINT S3.5).
          let mayShow = route.path == "/api/affiliate/invited" && subject == "a1" && other == "a2"
          for mark in marks where !mayShow {
            // What comes of an order of one's invited is one's own reward and names the order.
            if route.path == "/api/v1/referrals/rewards", subject == "a1", mark == "o2" { continue }
            let values = Self.strings(try JSONValue(plain.body))
            #expect(
              !values.contains { $0.contains(mark) },
              "\(route.path) shows \(mark) of \(other) to \(subject)")
          }
        }
      }
    }
  }

  /// The texts of a value, its names left out.
  private static func strings(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text.string]
    case .array(let elements): elements.flatMap(strings)
    case .object(let members): members.flatMap { strings($0.value) }
    default: []
    }
  }

  @Test func `no company sees another's rows at any endpoint`() throws {
    for route in Self.routes {
      let plain = try asking.get(route.path, "", .company, "p2")
      for query in Self.foreign + ["program_id=p1"] {
        let asked = try asking.get(route.path, query, .company, "p2")
        #expect(asked == plain, "\(route.path)?\(query)")
      }
      guard plain.status == 200 else { continue }
      let values = Self.strings(try JSONValue(plain.body))
      for mark in ["Acme", "acme.example", "pk_live_1", "o1", "BOB1", "Bob"] {
        #expect(!values.contains { $0.contains(mark) }, "\(route.path) shows \(mark)")
      }
    }
  }

  @Test func `each role has its own endpoints`() throws {
    let subjects: [Role: Text] = [.admin: "root", .company: "p1", .affiliate: "a1"]
    for route in Self.routes {
      for (role, subject) in subjects {
        let status = try asking.get(route.path, "", role, subject).status
        let isAdmins = route.path.hasPrefix("/api/admin")
        let isCompanies = route.path.hasPrefix("/companies")
        let others: Role = isAdmins ? .admin : isCompanies ? .company : .affiliate
        let owner: Role? = route.path == "/api/auth/me" ? nil : others
        #expect(status == (owner == nil || owner == role ? 200 : 403), "\(route.path) as \(role)")
      }
    }
  }

  @Test func `another's programme narrows to nothing`() throws {
    for list in ["history", "rewards", "payouts"] {
      for program in ["p2", "p9"] {
        let found = try asking.get(
          "/api/v1/referrals/\(list)", "program_id=\(program)", .affiliate, "a2")
        #expect(found == (200, "[]"))
      }
    }
    #expect(
      try asking.get("/api/v1/referrals/code", "program_id=p2", .affiliate, "a2").status == 404)
  }

  /// Path, parameter, greatest value, role, subject, status of what is out of range.
  private static let numbers: [(String, String, Int64, Int64?, Role, Text, Int)] = [
    ("/api/v1/referrals/history", "limit", 1, 200, .affiliate, "a1", 422),
    ("/api/v1/referrals/rewards", "limit", 1, 200, .affiliate, "a1", 422),
    ("/api/v1/referrals/payouts", "limit", 1, 200, .affiliate, "a1", 422),
    ("/api/v1/referrals/history", "offset", 0, nil, .affiliate, "a1", 422),
    ("/api/v1/referrals/rewards", "offset", 0, nil, .affiliate, "a1", 422),
    ("/api/v1/referrals/payouts", "offset", 0, nil, .affiliate, "a1", 422),
    ("/companies/dashboard", "days", 1, 365, .company, "p1", 400),
    ("/companies/analytics", "days", 1, 365, .company, "p1", 400),
    ("/companies/conversions", "page", 1, nil, .company, "p1", 400),
    ("/companies/conversions", "perPage", 1, 200, .company, "p1", 400),
    ("/affiliates/dashboard", "days", 1, 365, .affiliate, "a1", 400),
    ("/affiliates/earnings", "days", 1, 365, .affiliate, "a1", 400),
    ("/api/affiliate/revenue", "page", 1, nil, .affiliate, "a1", 422),
    ("/api/affiliate/revenue", "limit", 1, 200, .affiliate, "a1", 422),
    ("/api/wallet/affiliate", "limit", 1, 200, .affiliate, "a1", 422),
  ]

  @Test func `numbers are taken within their range alone`() throws {
    for (path, name, least, most, role, subject, refused) in Self.numbers {
      var good = ["\(least)", "\(least + 1)", "7"]
      var bad = ["", "-1", "1.5", "9223372036854775808", "x", "\(least - 1)", "0x1", "1e1", "+1 "]
      if let most {
        good += ["\(most)", "\(most - 1)"]
        bad += ["\(most + 1)", "9223372036854775807"]
      } else {
        good.append("9223372036854775807")
      }
      for value in good {
        let status = try asking.get(path, "\(name)=\(value)", role, subject).status
        #expect(status == 200, "\(path)?\(name)=\(value)")
      }
      for value in bad {
        let status = try asking.get(path, "\(name)=\(value)", role, subject).status
        #expect(status == refused, "\(path)?\(name)=\(value)")
      }
      // Of one given twice the last counts; unknown ones do not.
      let twice = "\(name)=x&\(name)=7"
      let once = try asking.get(path, "\(name)=7", role, subject)
      #expect(try asking.get(path, twice, role, subject) == once)
      let plain = try asking.get(path, "", role, subject)
      #expect(try asking.get(path, "zzz=1", role, subject) == plain)
    }
  }

  @Test func `words and shares are taken within their range alone`() throws {
    for value in ["pending", "APPROVED ", "", "approved", "VERIFIED"] {
      #expect(
        try asking.get("/api/admin/referrals", "status=\(value)", .admin, "root").status == 400)
    }
    for value in ["PENDING", "", "unattributed"] {
      #expect(
        try asking.get("/companies/conversions", "status=\(value)", .company, "p1").status == 400)
    }
    for path in ["/api/affiliate/invitation", "/api/affiliate/invitation/code"] {
      for value in ["0", "10", "2.5", "0.05", "10.00"] {
        let status = try asking.get(path, "fee_percentage=\(value)", .affiliate, "a1").status
        #expect(status == 200, "\(value)")
      }
      for value in ["-1", "10.01", "11", "", "x", "1.234", "9223372036854775808"] {
        let status = try asking.get(path, "fee_percentage=\(value)", .affiliate, "a1").status
        #expect(status == 422, "\(value)")
      }
    }
  }

  /// What the documents do but read, by method.
  private static let writes: [(method: String, path: String, kind: String?)] = [
    ("POST", "/api/auth/register", "affiliates"), ("POST", "/api/auth/login", nil),
    ("POST", "/api/auth/logout", nil), ("PUT", "/api/admin/referrals/r1", "decisions"),
    ("PATCH", "/api/admin/referrals/r1", "decisions"), ("PUT", "/api/admin/settings", "programs"),
    ("PUT", "/api/affiliate/profile", "affiliates"),
    ("POST", "/api/affiliate/referrals", "referrals"),
    ("POST", "/api/v1/referrals/code", "codes"), ("POST", "/api/v1/referrals/track", "referrals"),
    ("POST", "/api/v1/referrals/payouts/request", "payout_requests"),
    ("POST", "/auth/magic-link", nil), ("POST", "/auth/verify", nil),
    ("POST", "/companies/register", "programs"), ("PUT", "/companies/settings", "programs"),
    ("PATCH", "/companies/conversions/conv_1", "decisions"), ("POST", "/companies/rotate-key", nil),
    ("POST", "/companies/pause", "programs"), ("PUT", "/affiliates/settings", "affiliates"),
    ("POST", "/track/click", "clicks"), ("POST", "/track/conversion", "orders"),
    ("POST", "/api/register", "affiliates"),
  ]

  @Test func `every write of the documents is refused and names what does the job`() throws {
    let endpoint = Endpoint(table: .all, publicURL: "")
    for write in Self.writes {
      let answer = endpoint.answer(
        EndpointRequest(
          method: write.method, path: write.path,
          token: .valid(Asking.claims(.admin, "root"))), asking.reading)
      #expect(answer.status == 405, "\(write)")
      #expect(answer.fields.contains { $0.name == "Allow" && $0.value == "GET, HEAD" })
      guard case .bytes(let bytes) = answer.body else { continue }
      let body = String(decoding: bytes, as: UTF8.self)
      #expect(body.contains(write.kind.map { "kind \($0)" } ?? "platform's own"), "\(body)")
    }
  }
}

@Suite struct SeedsWithoutRunsTests {
  /// The admin is the one whom a workspace without rows knows (ENDPOINT G.1).
  @Test func `before the first run lists are empty and sums are 0`() throws {
    let story = try SeedsStory()
    try DirectoryTree.make(story.root + "/ws")
    let asking = try Asking(story.root)
    #expect(
      try asking.json("/api/admin/dashboard", "", .admin, "root")
        == canonical(
          #"""
          {"success":true,"stats":{"totalRevenue":0,"totalPartners":0,"activePartners":0,
          "totalReferrals":0,"pendingReferrals":0,"approvedReferrals":0,"totalCommissions":0,
          "paidCommissions":0,"conversionRate":0}}
          """#))
    for list in ["affiliates", "referrals", "payouts"] {
      #expect(
        try asking.json("/api/admin/\(list)", "", .admin, "root")
          == canonical(#"{"success":true,"\#(list)":[]}"#))
    }
    #expect(try asking.get("/api/admin/settings", "", .admin, "root").status == 404)
    #expect(try asking.get("/companies/dashboard", "", .company, "p1").status == 401)
    #expect(try asking.get("/api/v1/referrals/stats", "", .affiliate, "a1").status == 401)
  }
}
