// Where the typed content of a click comes from when its digest is not enough.

/// Lends the typed contents of rows that were read before.
///
/// Clicks of one instant and click id go by their content's bytes (SPEC 9, Rows), which the
/// compact record does not keep; such ties are rare, and their rows are read again.
public protocol ClickContents: Sendable {
  /// The typed contents (SPEC 10, Rows: `name=value` joined by U+001F) of these rows.
  ///
  /// - Throws: What reading throws, or ``ClickFault/contentMissing(_:)``.
  func contents(of origins: [RowOrigin]) throws -> [RowOrigin: [UInt8]]
}
