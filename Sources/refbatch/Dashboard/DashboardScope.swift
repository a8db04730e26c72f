// Whose rows a page shows: the token decides, and an admin may narrow the view to one programme.
import Pipeline
import Stages

/// What a page is about.
struct DashboardScope {
  enum Kind {
    /// An admin's; all programmes, or the one chosen.
    case admin(ProgramFacts?)
    case company(ProgramFacts)
    case affiliate(AffiliateFacts)
  }

  let kind: Kind
  let call: Call

  /// - Throws: ``Refusal`` for a programme that is not there.
  init(_ call: Call) throws {
    self.call = call
    switch call.caller?.role {
    case .company: kind = .company(try call.ownProgram())
    case .affiliate: kind = .affiliate(try call.ownAffiliate())
    case .admin, nil:
      guard let id = call.text("program"), !id.utf8.isEmpty else {
        kind = .admin(nil)
        return
      }
      guard let program = try call.reading.program(id: id) else {
        throw Refusal.notFound("There is no program \(id)")
      }
      kind = .admin(program)
    }
  }

  var reading: StoreReading { call.reading }

  /// The programme that is looked at; nil for all, and for an affiliate.
  var program: ProgramFacts? {
    switch kind {
    case .admin(let program): program
    case .company(let program): program
    case .affiliate: nil
    }
  }

  /// Its number, for queries that take nil for all.
  var programNumber: Int64? { program?.number }

  /// The affiliate whose rows alone are shown.
  var affiliate: AffiliateFacts? {
    if case .affiliate(let affiliate) = kind { affiliate } else { nil }
  }

  var isAdmin: Bool { if case .admin = kind { true } else { false } }

  /// Whom the page is about, for its head.
  var name: String {
    switch kind {
    case .admin(let program): program.map(Self.name) ?? "All programs"
    case .company(let program): Self.name(program)
    case .affiliate(let affiliate): (affiliate.name ?? affiliate.id).string
    }
  }

  static func name(_ program: ProgramFacts) -> String {
    (program.programName ?? program.name ?? program.id).string
  }

  /// The currency in which sums are shown (ENDPOINT G.4).
  func currency() throws -> Currency {
    if let program { return program.terms.currency }
    if let affiliate {
      let codes = try reading.codes(ofAffiliate: affiliate.number)
      return try reading.currency(of: affiliate, codes: codes) ?? .usd
    }
    return try reading.defaultProgram()?.terms.currency ?? .usd
  }

  /// The programmes that are looked at.
  func programs() throws -> [ProgramFacts] {
    if let program { return [program] }
    return isAdmin ? try reading.programs() : []
  }

  /// A programme for pages that show one at a time.
  func oneProgram() throws -> ProgramFacts? {
    if let program { return program }
    return isAdmin ? try reading.defaultProgram() : nil
  }

  /// A query that keeps the chosen programme.
  func link(_ path: String, _ more: [(String, String)] = []) -> String {
    var pairs = more
    if isAdmin, let program { pairs.insert(("program", program.id.string), at: 0) }
    guard !pairs.isEmpty else { return path }
    return path + "?" + pairs.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
  }

  /// Percent-encoded, for a query.
  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "%" + SHA256.hexadecimal([byte])
      }
    }
    return result
  }
}
