// What a reader needs of a profile before it has seen a file.
import Pipeline

/// A profile on its way to a file.
struct ProfileMapping: RecordMapping {
  let profile: Profile
  let asOf: Instant
  let notes: ProfileNotes

  init(_ profile: Profile, asOf: Instant, notes: ProfileNotes) {
    self.profile = profile
    self.asOf = asOf
    self.notes = notes
  }

  var delimiters: [UInt8] { profile.delimiters }
  var encoding: TextEncoding? { profile.encoding }

  /// Whether all columns are there that the profile cannot do without.
  func accepts(_ header: [String]) -> Bool {
    let names = HeaderNames(header)
    let required = profile.columns.filter(\.rule.isRequired)
    guard !required.isEmpty else { return header.count > 1 }
    return required.allSatisfy { $0.rule.isFound(in: names) }
  }

  func bind(
    _ names: [String], format: RecordFormat, file: String, line: Int?
  ) throws(FileRefusal) -> any BoundMapping {
    try BoundProfile(
      profile, names: names, format: format, file: file, line: line, asOf: asOf, notes: notes)
  }
}

extension ValueRule {
  /// Whether a header has what the rule takes a value from; of columns to be put together the
  /// first, as a date's time may be missing.
  func isFound(in names: HeaderNames) -> Bool {
    if let first = join.first, names.place(of: first) != nil { return true }
    return places.contains { names.place(of: $0.column) != nil }
  }
}
