// The forms of a sample's dates.
import Pipeline

enum DraftDates {
  private static let candidates = [
    "iso", "unix", "yyyy/MM/dd HH:mm:ss", "yyyy.MM.dd HH:mm:ss", "dd.MM.yyyy HH:mm:ss",
    "dd.MM.yy HH:mm:ss", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss", "MM/dd/yyyy hh:mm:ss a",
    "MM/dd/yyyy hh:mm a", "dd/MM/yyyy hh:mm a", "dd/MM/yy HH:mm:ss", "MM/dd/yy HH:mm:ss",
    "MM/dd/yy hh:mm a", "dd-MM-yyyy HH:mm:ss", "MM-dd-yyyy HH:mm:ss", "dd-MM-yy HH:mm:ss",
    "MMM d yyyy HH:mm:ss", "MMM d, yyyy HH:mm:ss", "MMM d, yyyy h:mm:ss a", "MMM d, yyyy h:mm a",
    "d MMM yyyy HH:mm:ss", "d. MMM yyyy HH:mm:ss", "d-MMM-yyyy HH:mm:ss",
    "d 'de' MMM 'de' yyyy HH:mm:ss", "E, d MMM yyyy HH:mm:ss Z", "E MMM d yyyy HH:mm:ss Z",
    "yyyyMMdd",
  ]

  private static let known: [(pattern: String, form: DateForm)] = candidates.compactMap { pattern in
    (try? DateForm(pattern)).map { (pattern, $0) }
  }

  /// The first form that reads all values, else the fewest that together do; empty where some value
  /// is no date.
  static func forms(_ values: [String]) -> [String] {
    guard !values.isEmpty else { return [] }
    if let one = known.first(where: { reads($0.form, values) }) { return [one.pattern] }
    var open = values
    var patterns: [String] = []
    while let value = open.first {
      guard let next = known.first(where: { reads($0.form, [value]) }) else { return [] }
      patterns.append(next.pattern)
      open.removeAll { reads(next.form, [$0]) }
    }
    return patterns
  }

  private static func reads(_ form: DateForm, _ values: [String]) -> Bool {
    values.allSatisfy { value in ByteView.withBytes(of: value) { form.read($0) != nil } }
  }

  /// What is open about the forms of a sample, in words; nil where nothing is.
  static func note(_ values: [String], _ forms: [String]) -> String? {
    guard !forms.isEmpty else { return "guess: no known form reads all of the sample; state it" }
    if forms.count > 1 { return "guess: several forms in one column" }
    let others = known.filter { reads($0.form, values) && $0.form.mixesDayAndMonth }
    let daysFirst = others.first { $0.pattern.hasPrefix("dd") }
    let monthsFirst = others.first { $0.pattern.hasPrefix("MM") }
    guard let daysFirst, let monthsFirst else { return nil }
    let other = forms == [daysFirst.pattern] ? monthsFirst : daysFirst
    return "guess: day and month read in either order; the other is \(other.pattern)"
  }
}
