// The terms that are words of several parts: evidence lists, days and payout terms.
internal import Pipeline

/// `click_id,code,visitor`: kinds of evidence in the order in which they are tried.
enum EvidenceText {
  static func list(_ text: Text) -> [Evidence]? {
    var list: [Evidence] = []
    for word in text.string.split(separator: ",", omittingEmptySubsequences: false) {
      let known = Evidence.allCases.first { Text($0.word) == Text(String(word)) }
      guard let known, !list.contains(known) else { return nil }
      list.append(known)
    }
    return list
  }
}

/// `YYYY-MM-DD`: a UTC day.
enum DayText {
  /// Days from 1970-01-01; nil where it is no day of the calendar.
  static func day(_ text: Text) -> Int64? {
    guard text.utf8.count == 10 else { return nil }
    return ByteView.withBytes(of: text.string + "T00:00:00Z") { InstantText.scan($0) }
      .map { $0 / Instant.day - ($0 % Instant.day < 0 ? 1 : 0) }
  }
}

/// `NET-n`: payouts are made n days after a period's end.
enum PayoutTermText {
  /// The greatest n taken.
  static let limit: Int64 = 3_650

  /// The n, from 0 to ``limit``.
  static func days(_ text: Text) -> Int64? {
    let digits = text.string.utf8.dropFirst(4)
    let isDigits = digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    let hasIdleZero = digits.count > 1 && digits.first == UInt8(ascii: "0")
    guard text.string.utf8.starts(with: "NET-".utf8), isDigits, !hasIdleZero,
      (1...4).contains(digits.count),
      let days = Int64(String(decoding: digits, as: UTF8.self)), days <= limit
    else { return nil }
    return days
  }
}
