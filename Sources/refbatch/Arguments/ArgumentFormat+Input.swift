// One `--input` of a run: what its rows are, where its files lie, how they are read.

/// A set of input files as the command line names it.
struct InputArgument: Equatable, Sendable {
  /// What the rows are: one of ``kinds``.
  let kind: String
  /// The files, as a glob.
  let glob: String
  /// A built-in profile's name or a profile file's path; nil for the native columns.
  let profile: String?

  /// The kinds of rows that there are.
  static let kinds = [
    "programs", "affiliates", "codes", "clicks", "orders", "referrals", "decisions",
    "payout_requests", "settlements",
  ]
}

extension ArgumentFormat where Value == InputArgument {
  /// `kind=GLOB` or `kind=GLOB@profile`. What follows the last `@` is the profile; a glob that
  /// has an `@` of its own is ended with a bare one.
  static let input = ArgumentFormat(
    expected: "KIND=GLOB or KIND=GLOB@PROFILE, with KIND one of "
      + InputArgument.kinds.joined(separator: ", "),
    words: InputArgument.kinds
  ) { text in
    guard let equals = text.utf8.firstIndex(of: 0x3D) else { return nil }
    let word = text[..<equals]
    let rest = text[text.utf8.index(after: equals)...]
    guard let kind = InputArgument.kinds.first(where: { $0.utf8.elementsEqual(word.utf8) })
    else { return nil }
    guard let at = rest.utf8.lastIndex(of: 0x40) else {
      return rest.isEmpty ? nil : InputArgument(kind: kind, glob: String(rest), profile: nil)
    }
    let glob = String(rest[..<at])
    let profile = String(rest[rest.utf8.index(after: at)...])
    guard !glob.isEmpty else { return nil }
    return InputArgument(kind: kind, glob: glob, profile: profile.isEmpty ? nil : profile)
  }
}
