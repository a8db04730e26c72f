// Which column of an unknown export is which native one: by its name, else by what is in it.
import Pipeline

/// The columns of a sample, given to native ones.
struct DraftColumns {
  /// A native column and where its values stand.
  struct Found {
    let column: String
    /// Several where the values are put together.
    var places: [Int]
    var isGuess: Bool
    /// Whether the values are put together and hashed, as nothing names the order.
    var isMade = false
    /// Whether the values stand inside texts, behind `ref=` and its like.
    var isInside = false
  }

  private(set) var found: [Found] = []
  private let head: FileHead
  private let entries: [ColumnWords.Entry]
  private var taken: Set<Int> = []

  init(_ head: FileHead, kind: InputKind) {
    self.head = head
    entries = ColumnWords.of(kind)
    let header = HeaderNames(head.names)
    for entry in entries {
      for word in entry.words {
        guard let place = header.place(of: word), take(place, for: entry, isGuess: false) else {
          continue
        }
        break
      }
    }
    for entry in entries where !has(entry.column) { takeSimilar(entry) }
    for entry in entries where entry.isNeeded && !has(entry.column) { takeByContent(entry) }
    addTime()
    if kind == .orders, !has("order_id") { makeID() }
    for entry in entries where entry.isNeeded && !has(entry.column) { takeAny(entry, header) }
    if kind == .orders, !has("code") { takeCodeInside() }
    let order = entries.map(\.column)
    found.sort { (order.firstIndex(of: $0.column) ?? 0) < (order.firstIndex(of: $1.column) ?? 0) }
  }

  /// The columns that nothing is made of.
  var rest: [String] {
    let used = Set(found.flatMap(\.places))
    return head.names.indices.filter { !used.contains($0) }.map { head.names[$0] }
  }

  func of(_ column: String) -> Found? { found.first { $0.column == column } }

  /// The values of a native column, row by row; empty where there is none.
  func cells(_ found: Found) -> [String] {
    head.rows.map { row in
      found.places.map { $0 < row.count ? Self.trimmed(row[$0]) : "" }.filter { !$0.isEmpty }
        .joined(separator: " ")
    }
  }

  private func has(_ column: String) -> Bool { found.contains { $0.column == column } }

  private mutating func take(_ place: Int, for entry: ColumnWords.Entry, isGuess: Bool) -> Bool {
    guard !taken.contains(place), fits(place, entry.column) else { return false }
    taken.insert(place)
    found.append(Found(column: entry.column, places: [place], isGuess: isGuess))
    return true
  }

  /// Whether a column's values can be what its name says.
  private func fits(_ place: Int, _ column: String) -> Bool {
    let values = values(place)
    guard !values.isEmpty else { return true }
    switch column {
    case "occurred_at", "updated_at": return values.contains { !DraftDates.forms([$0]).isEmpty }
    case "amount", "refunded_amount": return values.contains { Self.isMoney($0) }
    case "order_id": return !isDate(values)
    default: return true
    }
  }

  private mutating func takeSimilar(_ entry: ColumnWords.Entry) {
    for word in entry.words where word.utf8.count > 3 && word != "name" {
      let folded = HeaderNames.folded(word)
      for place in head.names.indices
      where HeaderNames.folded(head.names[place]).contains(folded) {
        if take(place, for: entry, isGuess: true) { return }
      }
    }
  }

  private mutating func takeByContent(_ entry: ColumnWords.Entry) {
    let free = head.names.indices.filter { !taken.contains($0) && !values($0).isEmpty }
    let place: Int? =
      switch entry.column {
      case "occurred_at": free.first { isDate(values($0)) }
      case "amount":
        free.first { place in
          let values = values(place)
          return values.allSatisfy { Self.isMoney($0) } && values.contains { Self.isFraction($0) }
        } ?? free.first { values($0).allSatisfy { Self.isMoney($0) } }
      case "order_id":
        free.first { place in
          let values = values(place)
          let isDistinct = Set(values.map { Text($0) }).count == head.rows.count
          return isDistinct && !isDate(values)
            && !values.contains { $0.contains(" ") || Self.isFraction($0) }
        }
      default: free.first
      }
    if let place { _ = take(place, for: entry, isGuess: true) }
  }

  /// Something has to stand for what every row needs, so that the profile is sound.
  private mutating func takeAny(_ entry: ColumnWords.Entry, _ header: HeaderNames) {
    let named = entry.words.lazy.compactMap { header.place(of: $0) }
    let free = (Array(named) + head.names.indices).first { !taken.contains($0) }
    guard let place = free ?? head.names.indices.first else { return }
    taken.insert(place)
    found.append(Found(column: entry.column, places: [place], isGuess: true))
  }

  /// A time of the day beside a date.
  private mutating func addTime() {
    guard let index = found.firstIndex(where: { $0.column == "occurred_at" }),
      !cells(found[index]).contains(where: { $0.contains(":") })
    else { return }
    let header = HeaderNames(head.names)
    let times = ColumnWords.times.compactMap { header.place(of: $0) }
    guard let place = times.first(where: { !taken.contains($0) }),
      values(place).allSatisfy({ $0.contains(":") })
    else { return }
    taken.insert(place)
    found[index].places.append(place)
  }

  /// An id of all that a row says, where nothing in it names the order.
  private mutating func makeID() {
    let places = Array(head.names.indices)
    guard !places.isEmpty else { return }
    found.append(Found(column: "order_id", places: places, isGuess: true, isMade: true))
  }

  /// Codes in URLs and notes.
  private mutating func takeCodeInside() {
    let keys = KeyExtraction(keys: KnownKeys.expanded("@codes"), path: nil)
    let place = head.names.indices.first { place in
      values(place).contains { value in
        ByteView.withBytes(of: value) { keys.value(in: $0) != nil }
      }
    }
    guard let place else { return }
    found.append(Found(column: "code", places: [place], isGuess: false, isInside: true))
  }

  /// The values of a column that has one.
  private func values(_ place: Int) -> [String] {
    head.rows.compactMap { row in
      guard place < row.count else { return nil }
      let value = Self.trimmed(row[place])
      return value.isEmpty ? nil : value
    }
  }

  private func isDate(_ values: [String]) -> Bool {
    let forms = DraftDates.forms(values)
    return !forms.isEmpty && forms != ["unix"]
      || forms == ["unix"] && values.allSatisfy { $0.utf8.count >= 10 }
  }

  static func trimmed(_ text: String) -> String {
    ByteView.withBytes(of: text) { view in
      let (start, end) = view.trimmed
      return view.slice(from: start, to: end).string()
    }
  }

  private static func isMoney(_ value: String) -> Bool {
    [MoneyForm(point: 0x2E, group: 0x2C), MoneyForm(point: 0x2C, group: 0x2E)].contains { form in
      ByteView.withBytes(of: value) { (try? form.read($0)) != nil }
    }
  }

  private static func isFraction(_ value: String) -> Bool {
    isMoney(value) && (value.contains(".") || value.contains(","))
  }
}
