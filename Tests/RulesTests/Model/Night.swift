// What one run of the engine is given: an instant, files of rows, and settings. The rows are kept
// as cells, so that one row can be written as CSV or as JSON lines.

import Pipeline

/// The kinds of input, in the order in which they are ingested.
enum Kind: String, CaseIterable, Sendable {
  case programs, affiliates, codes, clicks, orders, referrals, decisions
  case payoutRequests = "payout_requests"
  case settlements
}

/// A tier as a programs row states it.
struct Tier: Equatable, Sendable {
  var name: String
  var level: Int
  var minimum: Int
  /// A decimal fraction, or nil where the tier states no rate.
  var rate: String?
  var bonus: Int64
}

/// A commission rule as a programs row states it.
struct Rule: Equatable, Sendable {
  enum Subject: Equatable, Sendable { case sku(String), category(String) }
  enum Pay: Equatable, Sendable { case rate(String), flat(Int64) }
  var subject: Subject
  var pay: Pay
}

/// One value of a row.
enum Cell: Sendable {
  case text(String)
  /// A number as it is written; JSON writes it without quotes.
  case number(String)
  case bool(Bool)
  case null
  case tiers([Tier])
  case rules([Rule])
  case object([Pair])
  /// An id that the product makes up.
  case opaque(Opaque)

  struct Pair: Sendable {
    var name: String
    var value: String
  }
}

/// Something whose id is the product's own, so that a row can only name it once it is there.
enum Opaque: Sendable {
  /// The payout of this number among all made before, counted round; an unknown one where none was.
  case payout(Int)
  /// The conversion of an order.
  case conversion(program: String, order: String)
}

/// Gives the id of what only the product can name.
typealias Naming = (Opaque) -> String

/// A named cell of a row.
struct Field: Sendable {
  var name: String
  var cell: Cell
  init(_ name: String, _ cell: Cell) {
    self.name = name
    self.cell = cell
  }
}

/// A row, or a line that is none.
enum InputRow: Sendable {
  case fields([Field])
  /// Bytes that stand as they are (without the line's end), and the reason they are rejected for.
  case malformed([UInt8], reason: Text)
}

/// A file of one kind.
struct InputFile: Sendable {
  enum Format: String, Sendable { case csv, jsonl }
  var kind: Kind
  var name: String
  var format: Format
  /// The header of a CSV file.
  var columns: [String]
  var rows: [InputRow]
}

/// What the operator may set for a run.
struct Settings: Equatable, Sendable {
  var openDays: Int64 = 90
  /// In hundredths of a percent.
  var defaultFee: Int64 = 0
}

/// The input of one run.
struct Night: Sendable {
  var asOf: Int64
  var files: [InputFile]
  var settings = Settings()
}

/// The bytes of a file, and the physical line on which each row starts (the first is 1).
struct RenderedFile {
  var bytes: [UInt8]
  var lines: [Int]
}

extension InputFile {
  /// Writes the file; `naming` names the payouts and conversions that rows speak of.
  func rendered(naming: Naming) -> RenderedFile {
    var bytes: [UInt8] = []
    var lines: [Int] = []
    var line = 1
    if format == .csv {
      bytes += csvLine(columns)
      line += 1
    }
    for row in rows {
      lines.append(line)
      let start = bytes.count
      switch row {
      case .malformed(let raw, _): bytes += raw + [0x0A]
      case .fields(let fields): bytes += rendered(fields, naming)
      }
      line += bytes[start...].count { $0 == 0x0A }
    }
    return RenderedFile(bytes: bytes, lines: lines)
  }

  private func rendered(_ fields: [Field], _ naming: Naming) -> [UInt8] {
    switch format {
    case .csv:
      return csvLine(
        columns.map { column in
          fields.last { $0.name == column }.map { $0.cell.plain(naming) } ?? ""
        })
    case .jsonl:
      let pairs = fields.map { jsonText($0.name) + ":" + $0.cell.json(naming) }
      return Array(("{" + pairs.joined(separator: ",") + "}\n").utf8)
    }
  }
}

extension Cell {
  /// The value without any file's quoting.
  func plain(_ naming: Naming) -> String {
    switch self {
    case .text(let text), .number(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .null: return ""
    case .opaque(let what): return naming(what)
    case .tiers, .rules, .object: return json(naming)
    }
  }

  func json(_ naming: Naming) -> String {
    switch self {
    case .text(let text): return jsonText(text)
    case .number(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .null: return "null"
    case .opaque(let what): return jsonText(naming(what))
    case .tiers(let tiers): return "[" + tiers.map(tierJSON).joined(separator: ",") + "]"
    case .rules(let rules): return "[" + rules.map(ruleJSON).joined(separator: ",") + "]"
    case .object(let pairs):
      let members = pairs.map { jsonText($0.name) + ":" + jsonText($0.value) }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private func tierJSON(_ tier: Tier) -> String {
    let rate = tier.rate.map { ",\"commission_rate\":\($0)" } ?? ""
    return "{\"name\":\(jsonText(tier.name)),\"level\":\(tier.level),"
      + "\"min_referrals\":\(tier.minimum)\(rate),\"bonus_minor\":\(tier.bonus)}"
  }

  private func ruleJSON(_ rule: Rule) -> String {
    let subject: String
    switch rule.subject {
    case .sku(let text): subject = "\"sku\":" + jsonText(text)
    case .category(let text): subject = "\"category\":" + jsonText(text)
    }
    switch rule.pay {
    case .rate(let rate): return "{\(subject),\"rate\":\(rate)}"
    case .flat(let minor): return "{\(subject),\"amount_minor\":\(minor)}"
    }
  }
}

private func csvLine(_ cells: [String]) -> [UInt8] {
  let quoted = cells.map { cell -> [UInt8] in
    let bytes = Array(cell.utf8)
    guard bytes.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return bytes }
    return [0x22] + bytes.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }
  // A lone empty cell would be an empty line, which is no row.
  let line =
    quoted.count == 1 && quoted[0].isEmpty ? [0x22, 0x22] : Array(quoted.joined(separator: [0x2C]))
  return line + [0x0A]
}

/// A JSON string literal.
func jsonText(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case "\r": out += "\\r"
    case "\t": out += "\\t"
    default:
      if scalar.value < 0x20 {
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
  }
  return out + "\""
}
