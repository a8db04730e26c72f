// In what order a night's registry rows are judged: one that does not depend on files.
internal import Glibc
internal import Pipeline

/// The order of registry rows inside a run: undated ones first, then by updated_at, absent first,
/// then by content, then by where they stand (SPEC 9, Rows).
struct RegistryOrder: Comparable {
  /// Whether the row states terms from an instant on; programmes alone do.
  private let isDated: Bool
  private let updatedAt: Instant
  private let content: [UInt8]
  private let origin: RowOrigin

  init(_ row: ProgramRow) {
    isDated = row.effectiveAt != nil
    (updatedAt, content, origin) = (row.updatedAt ?? .distantPast, row.content, row.origin)
  }

  init(_ row: AffiliateRow) {
    isDated = false
    (updatedAt, content, origin) = (row.updatedAt ?? .distantPast, row.content, row.origin)
  }

  init(_ row: CodeRow) {
    isDated = false
    (updatedAt, content, origin) = (.distantPast, row.content, row.origin)
  }

  static func < (left: Self, right: Self) -> Bool {
    if left.isDated != right.isDated { return right.isDated }
    if left.updatedAt != right.updatedAt { return left.updatedAt < right.updatedAt }
    let order = compare(left.content, right.content)
    return order != 0 ? order < 0 : left.origin < right.origin
  }

  /// Compares as bytes: below 0 where `left` goes first, 0 where both are the same.
  private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let common = min(left.count, right.count)
    // SAFETY: both have `common` bytes.
    let order = unsafe left.withUnsafeBytes { left in
      unsafe right.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return Int32(0) }
        return unsafe memcmp(left, right, common)
      }
    }
    return order != 0 ? Int(order) : left.count - right.count
  }

  /// The places of rows in the order of judging.
  static func places<Row>(of rows: [Row], _ order: (Row) -> RegistryOrder) -> [Int] {
    var keys = rows.enumerated().map { (order: order($0.element), place: $0.offset) }
    keys.sort { $0.order < $1.order }
    return keys.map(\.place)
  }
}
