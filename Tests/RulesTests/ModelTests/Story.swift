// A short way to tell the model a history by hand, and to ask what came of it.

import Foundation
import Pipeline
import Testing

/// Rows are told as `name=value; name=value`; `@05T10:00:00` stands for that instant of March 2026.
///
/// What is told goes through the product as well: where it differs from the model, an issue is
/// recorded.
struct Story {
  private var comparison: Comparison
  private let place: Place
  var settings = Settings()
  /// The fates of the last run's rows by kind, in the order in which they were told.
  private var fatesByKind: [Kind: [String]] = [:]
  private var files: [InputFile] = []
  private var runs = 0

  /// The product's directory, which goes with the story.
  private final class Place {
    let product = Product("story-\(UUID().uuidString)")
    deinit { product.remove() }
  }

  init() {
    place = Place()
    comparison = Comparison(place.product)
  }

  var model: Model { comparison.model }

  /// Program p (10 %, 80 % to the affiliate), affiliate a who is paid by hand, code C of a in p.
  static func standard(_ terms: String = "", cells: [String: Cell] = [:]) -> Story {
    var story = Story()
    story.add(.programs, "program_id=p" + (terms.isEmpty ? "" : "; " + terms), cells)
    story.add(.affiliates, "affiliate_id=a; email=a@x.org; payment_method=MANUAL; user_id=ua")
    story.add(.codes, "code=C; affiliate_id=a; program_id=p")
    return story
  }

  mutating func add(_ kind: Kind, _ row: String, _ cells: [String: Cell] = [:]) {
    var fields = row.split(separator: ";").map { pair -> Field in
      let trimmed = pair.drop { $0 == " " }
      let name = trimmed.prefix { $0 != "=" }
      return Field(String(name), .text(Story.instant(String(trimmed.dropFirst(name.count + 1)))))
    }
    fields += cells.sorted { $0.key < $1.key }.map { Field($0.key, $0.value) }
    if let index = files.firstIndex(where: { $0.kind == kind }) {
      files[index].rows.append(.fields(fields))
    } else {
      let name = "\(kind.rawValue)-\(runs).jsonl"
      files.append(
        InputFile(kind: kind, name: name, format: .jsonl, columns: [], rows: [.fields(fields)]))
    }
  }

  /// A second affiliate b with code D of the same program.
  mutating func addSecond(_ more: String = "") {
    let rest = more.isEmpty ? "" : "; " + more
    add(.affiliates, "affiliate_id=b; email=b@x.org; payment_method=MANUAL" + rest)
    add(.codes, "code=D; affiliate_id=b; program_id=p")
  }

  static func instant(_ text: String) -> String {
    guard text.utf8.first == 0x40 else { return text }
    let rest = String(text.dropFirst())
    let clock = rest.utf8.contains(0x54) ? rest : rest + "T00:00:00"
    return "2026-03-" + clock + "Z"
  }

  /// Ends the night: runs the rows told since the last run.
  mutating func run(_ asOf: String) {
    let night = Night(
      asOf: parsedInstant(Story.instant(asOf)) ?? 0, files: files, settings: settings)
    do {
      try comparison.run(night)
    } catch {
      Issue.record(error)
    }
    if !comparison.differences.isEmpty {
      Issue.record("\(asOf):\n\(comparison.differences.joined(separator: "\n"))")
    }
    comparison.differences = []
    fatesByKind = [:]
    for (index, file) in files.enumerated() {
      let own = model.pending.filter { $0.file == index }.sorted { $0.line < $1.line }
      fatesByKind[file.kind] = own.map { Story.told($0.fate) }
    }
    files = []
    runs += 1
  }

  private static func told(_ fate: Fate?) -> String {
    switch fate {
    case .accepted: return "accepted"
    case .duplicate: return "duplicate"
    case .filtered(let reason): return "filtered \(reason)"
    case .rejected(let reason): return "rejected \(reason)"
    case nil: return "none"
    }
  }

  func fates(_ kind: Kind) -> [String] { fatesByKind[kind] ?? [] }

  /// The columns asked for, of each conversion row of an order.
  func conversion(_ order: Text, _ columns: Text...) -> [String] {
    model.conversionRecords.filter { $0["order_id"] == order }.map { record in
      columns.map { record[$0]?.string ?? "" }.joined(separator: " ")
    }
  }

  /// `type affiliate amount state` of every reward, in the order in which they were made.
  var rewards: [String] {
    model.rewardRecords.map { record in
      let columns: [Text] = ["type", "affiliate_id", "amount_minor", "state"]
      return columns.map { record[$0]?.string ?? "" }.joined(separator: " ")
    }
  }

  /// `affiliate currency amount status` of every payout.
  var payouts: [String] {
    model.payoutRecords.map { record in
      let columns: [Text] = ["affiliate_id", "currency", "amount_minor", "status"]
      return columns.map { record[$0]?.string ?? "" }.joined(separator: " ")
    }
  }

  var held: [String] {
    model.held.map { "\($0.affiliate) \($0.currency) \($0.amount) \($0.reason)" }
  }

  var upgrades: [String] {
    model.upgrades.map { "\($0.affiliate) \($0.name) by \($0.order ?? $0.referral ?? "")" }
  }
}
