// The frame of every page: its head, where one can go, and the policy that browsers hold it to.
import Pipeline
import Stages

/// A page of the dashboard.
enum Page: String, CaseIterable {
  case overview = "/"
  case conversions = "/dashboard/conversions"
  case payouts = "/dashboard/payouts"
  case held = "/dashboard/held"
  case review = "/dashboard/review"
  case tiers = "/dashboard/tiers"
  case rejects = "/dashboard/rejects"
  case runs = "/dashboard/runs"

  var title: String {
    switch self {
    case .overview: "Overview"
    case .conversions: "Conversions"
    case .payouts: "Payouts"
    case .held: "Held"
    case .review: "Fraud review"
    case .tiers: "Tiers"
    case .rejects: "Rejected rows"
    case .runs: "Runs"
    }
  }

  /// Who has something to see there.
  var roles: Set<Role> {
    switch self {
    case .overview, .conversions, .payouts, .held, .tiers: Set(Role.allCases)
    case .review: [.admin, .company]
    case .rejects, .runs: [.admin]
    }
  }

  /// Nothing is loaded but the style sheet, nothing runs, nobody may frame it.
  static let policy =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    + "frame-ancestors 'none'"
}

extension Page {
  /// The whole page.
  ///
  /// - Parameters:
  ///   - lead: A sentence under the title.
  ///   - picks: Whether an admin can choose a programme here.
  func answer(
    _ scope: DashboardScope, title: String? = nil, lead: String, picks: Bool = true,
    _ body: (inout HTMLWriter) throws -> Void
  ) throws -> Answer {
    var html = HTMLWriter()
    let title = title ?? self.title
    try Self.document(title: title, to: &html) { html in
      html.element("header", ["class": "bar"]) { html in
        html.element("div") { html in head(scope, to: &html) }
      }
      try html.element("main") { html in
        try html.element("div", ["class": "head"]) { html in
          html.element("h1", title)
          if picks, scope.isAdmin { try picker(scope, to: &html) }
        }
        html.element("p", ["class": "lead"], lead)
        try body(&html)
        footer(scope, to: &html)
      }
    }
    return Self.secured(Answer.page(200, html.bytes))
  }

  private static func document(
    title: String, to html: inout HTMLWriter, _ body: (inout HTMLWriter) throws -> Void
  ) rethrows {
    html.doctype()
    try html.element("html", ["lang": "en"]) { html in
      html.element("head") { html in
        html.void("meta", ["charset": "utf-8"])
        html.void(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        html.void("meta", ["name": "robots", "content": "noindex"])
        html.element("title", "\(title) · refbatch")
        html.void("link", ["rel": "stylesheet", "href": StyleSheet.link])
      }
      try html.element("body", [:], body)
    }
  }

  static func secured(_ answer: Answer) -> Answer {
    var answer = answer
    answer.fields.append(("Content-Security-Policy", policy))
    answer.fields.append(("Referrer-Policy", "no-referrer"))
    answer.fields.append(("X-Frame-Options", "DENY"))
    return answer
  }

  private func head(_ scope: DashboardScope, to html: inout HTMLWriter) {
    html.element("a", ["class": "brand", "href": "/"], "refbatch")
    let caller = scope.call.caller
    html.element(
      "span", ["class": "who"],
      "\(caller?.role.rawValue ?? "") · \(caller?.subject.string ?? "")")
    html.element("nav", ["aria-label": "Pages"]) { html in
      for page in Self.allCases where page.roles.contains(caller?.role ?? .affiliate) {
        let link = scope.link(page.rawValue)
        let name = page.title(for: scope)
        if page == self {
          html.element("a", ["href": link, "aria-current": "page"], name)
        } else {
          html.element("a", ["href": link], name)
        }
      }
    }
  }

  private func title(for scope: DashboardScope) -> String {
    self == .conversions && scope.affiliate != nil ? "Rewards" : title
  }

  private func picker(_ scope: DashboardScope, to html: inout HTMLWriter) throws {
    let programs = try scope.reading.programs().sorted { $0.id < $1.id }
    guard programs.count > 1 else { return }
    // Orders are shown one programme at a time.
    let isOne = self == .conversions
    let chosen = isOne ? try scope.oneProgram() : scope.program
    html.element("form", ["method": "get", "action": rawValue]) { html in
      html.element("label", ["class": "who", "for": "program"], "Program")
      html.element("select", ["name": "program", "id": "program"]) { html in
        if !isOne { html.element("option", ["value": ""], "All programs") }
        for program in programs.prefix(500) {
          let name = "\(DashboardScope.name(program)) (\(program.id))"
          if program.number == chosen?.number {
            html.element("option", ["value": program.id.string, "selected": "selected"], name)
          } else {
            html.element("option", ["value": program.id.string], name)
          }
        }
      }
      html.element("button", ["type": "submit"], "Show")
    }
  }

  private func footer(_ scope: DashboardScope, to html: inout HTMLWriter) {
    let state =
      scope.reading.run.map { "Run \($0.name), as of \($0.asOf.printed)." }
      ?? "No run has been committed yet."
    html.element(
      "footer", "\(state) Nothing here can be changed; corrections come with the next run's input.")
  }

  /// A refusal as a page.
  static func refusal(_ refusal: Refusal) -> Answer {
    let status = refusal.status(.own)
    var html = HTMLWriter()
    document(title: "\(status)", to: &html) { html in
      html.element("main") { html in
        html.element("h1", headline(refusal))
        html.element("p", ["class": "lead"], refusal.explanation)
        if case .unauthorized = refusal.kind {
          html.element(
            "p",
            "Sign in with any user name and a token as the password. "
              + "`refbatch token` makes one, and your platform's sign-in may hand one out.")
        } else {
          html.element("p") { html in html.element("a", ["href": "/"], "To the overview") }
        }
      }
    }
    var answer = secured(Answer.page(status, html.bytes))
    switch refusal.kind {
    case .unauthorized:
      answer.fields.append(("WWW-Authenticate", "Bearer"))
      answer.fields.append(("WWW-Authenticate", "Basic realm=\"refbatch\", charset=\"UTF-8\""))
    case .methodNotAllowed: answer.fields.append(("Allow", "GET, HEAD"))
    default: break
    }
    return answer
  }

  private static func headline(_ refusal: Refusal) -> String {
    switch refusal.kind {
    case .unauthorized: "Please sign in"
    case .forbidden: "This page is not yours to see"
    case .notFound: "There is nothing here"
    case .methodNotAllowed: "Pages can only be read"
    case .badParameters: "The address has a value that is not understood"
    case .unavailable: "The results cannot be read right now"
    case .failed: "Something went wrong"
    }
  }
}
