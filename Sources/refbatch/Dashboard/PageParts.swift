// What pages are put together from: tiles, cards, tables, tags, and how figures are spelled.
import Pipeline
import Stages

/// Amounts, counts and dates for people.
enum Spelled {
  /// 1234567 → 1,234,567.
  static func count(_ value: Int64) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "−" + text : text
  }

  /// 123456 EUR → 1,234.56 EUR.
  static func money(_ minorUnits: Int64, _ currency: Currency) -> String {
    money(minorUnits, currency.code)
  }

  static func money(_ minorUnits: Int64, _ currency: String) -> String {
    let plain = Money.majorUnits(minorUnits, currency)
    let parts = plain.split(separator: ".", maxSplits: 1)
    let whole = parts.first.map(String.init) ?? "0"
    let isNegative = whole.utf8.first == UInt8(ascii: "-")
    let digits = isNegative ? String(whole.dropFirst()) : whole
    let grouped = Int64(digits).map(count) ?? digits
    let fraction = parts.count > 1 ? "." + parts[1] : ""
    return (isNegative ? "−" : "") + grouped + fraction + " " + currency
  }

  /// The date and minute of an instant, UTC.
  static func time(_ instant: Instant) -> String {
    let text = Figure.plainTime(instant)
    return String(text.prefix(16))
  }

  static func percent(_ share: BasisPoints) -> String { Figure.percent(share) + " %" }

  /// `self_referral` → self referral.
  static func words(_ word: String) -> String { word.replacing("_", with: " ") }
}

/// What a table's cell holds.
enum TableCell {
  case text(String)
  case id(String)
  case number(String)
  case link(String, to: String)
  /// Words with a meaning's colour each.
  case tags([(String, Tone)])
}

/// Good, bad, or not yet known.
enum Tone: String {
  case plain = "tag"
  case good = "tag good"
  case bad = "tag bad"
  case wait = "tag wait"

  init(_ status: Conversion.Status) {
    self =
      switch status {
      case .approved: .good
      case .pending: .wait
      case .rejected: .bad
      case .unattributed: .plain
      }
  }

  init(state: String) {
    self =
      switch state {
      case "paid", "approved", "payable", "completed": .good
      case "pending", "processing", "in_payout", "proposed": .wait
      case "failed", "rejected", "reversed", "returned", "cancelled": .bad
      default: .plain
      }
  }
}

extension HTMLWriter {
  /// Figures beside each other.
  mutating func tiles(_ tiles: [(name: String, value: String, note: String)]) {
    element("dl", ["class": "tiles"]) { html in
      for tile in tiles {
        html.element("div", ["class": "tile"]) { html in
          html.element("dt", tile.name)
          html.element("dd") { html in
            html.text(tile.value)
            if !tile.note.isEmpty { html.element("small", tile.note) }
          }
        }
      }
    }
  }

  /// A box with a heading.
  mutating func card(
    _ title: String, note: String = "", isWide: Bool = false,
    _ body: (inout HTMLWriter) throws -> Void
  ) rethrows {
    try element("section", ["class": isWide ? "card wide" : "card"]) { html in
      if !title.isEmpty {
        html.element("h2") { html in
          html.text(title)
          if !note.isEmpty { html.element("span", note) }
        }
      }
      try body(&html)
    }
  }

  /// A table, or a sentence in its place.
  mutating func table(_ heads: [String], _ rows: [[TableCell]], empty: String) {
    guard !rows.isEmpty else {
      element("p", ["class": "empty"], empty)
      return
    }
    element("div", ["class": "scroll"]) { html in
      html.element("table", ["class": "list"]) { html in
        html.element("thead") { html in
          html.element("tr") { html in
            for (index, head) in heads.enumerated() {
              if let first = rows.first, index < first.count, case .number = first[index] {
                html.element("th", ["class": "number", "scope": "col"], head)
              } else {
                html.element("th", ["scope": "col"], head)
              }
            }
          }
        }
        html.element("tbody") { html in
          for row in rows {
            html.element("tr") { html in
              for (index, cell) in row.enumerated() {
                html.cell(cell, index < heads.count ? heads[index] : "")
              }
            }
          }
        }
      }
    }
  }

  /// A cell with its column's head, which phones show beside it.
  private mutating func cell(_ cell: TableCell, _ head: String) {
    switch cell {
    // A short one, such as a date, stays on its line.
    case .text(let text):
      element(
        "td", ["class": text.utf8.count > 26 ? "name" : "nowrap", "data-head": head], text)
    case .id(let text): element("td", ["class": "id", "data-head": head], text)
    case .number(let text): element("td", ["class": "number", "data-head": head], text)
    case .link(let text, let target):
      element("td", ["class": "id", "data-head": head]) { html in
        html.element("a", ["href": target], text)
      }
    case .tags(let tags):
      element("td", ["data-head": head]) { html in
        for (word, tone) in tags { html.element("span", ["class": tone.rawValue], word) }
      }
    }
  }

  /// Names and what they are.
  mutating func facts(_ facts: [(String, String)]) {
    element("dl", ["class": "facts"]) { html in
      for (name, value) in facts {
        html.element("dt", name)
        html.element("dd", value)
      }
    }
  }

  /// Links to the pages before and after.
  mutating func pages(
    _ scope: DashboardScope, _ page: Page, number: Int64, hasMore: Bool,
    _ more: [(String, String)] = []
  ) {
    guard number > 1 || hasMore else { return }
    element("p", ["class": "pages"]) { html in
      if number > 1 {
        html.element(
          "a", ["href": scope.link(page.rawValue, more + [("page", "\(number - 1)")])], "← Newer")
      }
      if hasMore {
        html.element(
          "a", ["href": scope.link(page.rawValue, more + [("page", "\(number + 1)")])], "Older →")
      }
    }
  }
}
