// A profile that knows a file's columns: what each native column is made from, by number.
import Pipeline

/// Where a cell's text is taken from in a file.
struct BoundCell: Sendable {
  /// The place among the names that the reader is asked for.
  let column: Int
  /// Names of members inside a JSON object.
  let members: [Text]
  let extraction: KeyExtraction?
  /// As the file calls it.
  let name: String
  /// As the profile calls it, so that another spelling in a file makes no other content.
  let label: String
}

/// A word and what it means; the word in small letters.
struct BoundWord: Sendable {
  let word: [UInt8]
  let meaning: ValueRule.Meaning
}

/// How one native column's value is made.
struct BoundStep: Sendable {
  enum Form: Sendable {
    case text, instant, currency, metadata
    /// An amount in major units, put where ``BoundStep/target`` is, or in minor units in
    /// `minorTarget`.
    case money(minorTarget: Int?)
  }

  let target: Int
  let column: String
  let form: Form
  let rule: ValueRule
  var cells: [BoundCell] = []
  var joined: [BoundCell] = []
  var cases: [(condition: BoundCondition, value: [UInt8])] = []
  var minus: [BoundCell] = []
  var words: [BoundWord] = []
  var dates: [DateForm] = []
  var strip: [[UInt8]] = []
  /// What holds where no cell has a value.
  var fallback: [UInt8] = []
  /// For messages.
  var sourceName: String
  /// The columns of the cells, where each is a whole cell.
  private(set) var wholeColumns: [Int] = []
  /// The one column that can be borrowed as it stands, where nothing but its cell counts.
  private(set) var borrowed: (column: Int, form: BorrowedForm)?

  /// Notes what the quick ways need to know, once everything else is set.
  mutating func settle(hasBlanks: Bool) {
    let isWhole = cells.allSatisfy { $0.members.isEmpty && $0.extraction == nil }
    guard isWhole, !hasBlanks else { return }
    wholeColumns = cells.map(\.column)
    guard wholeColumns.count == 1, joined.isEmpty, cases.isEmpty, fallback.isEmpty,
      strip.isEmpty
    else { return }
    switch form {
    case .text:
      let isAsWritten =
        words.isEmpty && rule.otherwise == nil && rule.letters == nil && !rule.isHashed
      if isAsWritten { borrowed = (wholeColumns[0], .text) }
    case .instant:
      if case .iso = dates.first?.form { borrowed = (wholeColumns[0], .instant) }
    case .money:
      let isAsWritten =
        minus.isEmpty && !rule.isMinor && rule.decimalPoint == 0x2E && !rule.isCapped
      if isAsWritten { borrowed = (wholeColumns[0], .amount) }
    case .currency, .metadata: break
    }
  }

  var money: MoneyForm { MoneyForm(point: rule.decimalPoint, group: rule.groupMark) }
}

/// A condition on the cells of a record.
struct BoundCondition: Sendable {
  let cells: [BoundCell]
  let words: [[UInt8]]
  let otherWords: [[UInt8]]
  let starts: [[UInt8]]
  let isBlank: Bool?
}

/// A profile fitted to one file.
final class BoundProfile: BoundMapping {
  let profile: Profile
  let isCSV: Bool
  let delimiter: UInt8
  let sourceNames: [String]
  let targetCount: Int
  let steps: [BoundStep]
  let skip: [BoundCondition]
  let filter: [(condition: BoundCondition, reason: FilterReason)]
  let correction: [BoundCondition]
  /// The columns of the id and of the date, by which rows are told from totals; empty where a
  /// profile has no totals.
  let idColumns: [Int]
  let dateColumns: [Int]
  let blanks: [[UInt8]]
  let comment: [UInt8]
  let passesOverTotals: Bool
  /// Places among the native columns; a status of orders only.
  let statusTarget: Int?
  let currencyTarget: Int?
  let notes: ProfileNotes
  private let namesByTarget: [Text: String]

  init(
    _ profile: Profile, names: [String], format: RecordFormat, file: String, line: Int?,
    asOf: Instant, notes: ProfileNotes
  ) throws(FileRefusal) {
    var binder = ProfileBinder(profile, names: names, format: format, file: file, line: line)
    let steps = try binder.steps(asOf: asOf)
    self.profile = profile
    self.notes = notes
    isCSV = format != .jsonl
    delimiter = if case .csv(let delimiter) = format { delimiter } else { 0 }
    let native = profile.kind.request.names
    targetCount = native.count
    skip = profile.rows.skip.compactMap { binder.condition($0) }
    filter = profile.rows.filter.compactMap { filter in
      binder.condition(filter.condition).map { ($0, filter.reason) }
    }
    correction = profile.rows.correction.compactMap { binder.condition($0) }
    idColumns = binder.columns(of: ["order_id", "click_id"], steps)
    dateColumns = binder.columns(of: ["occurred_at"], steps)
    blanks = profile.blanks.map { Array($0.utf8) }
    comment = profile.comment
    passesOverTotals = profile.rows.passesOverTotals
    statusTarget = profile.kind == .orders ? native.firstIndex(of: "status") : nil
    currencyTarget = native.firstIndex(of: "currency")
    self.steps = steps
    var byTarget: [Text: String] = [:]
    for step in steps {
      byTarget[Text(step.column)] = step.sourceName
      if step.column == "amount" { byTarget["amount_minor"] = step.sourceName }
    }
    namesByTarget = byTarget
    sourceNames = binder.wanted
    try binder.refuseDoubled()
  }

  func sourceName(of target: String) -> String? { namesByTarget[Text(target)] }

  func mapper() -> any RecordMapper { ProfileMapper(self) }
}
