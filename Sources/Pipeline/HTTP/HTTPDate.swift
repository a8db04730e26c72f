// The clock as HTTP prints it (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.

enum HTTPDate {
  /// The text of a count of seconds since 1970 UTC.
  static func text(_ seconds: Int64) -> [UInt8] {
    let (day, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let date = civil(day)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(day % 7)]
    var text = Array("\(weekday), ".utf8)
    text.append(padded: date.day)
    text.append(contentsOf: " \(months[date.month - 1]) \(date.year) ".utf8)
    text.append(padded: Int(rest / 3_600))
    text.append(0x3A)
    text.append(padded: Int(rest / 60 % 60))
    text.append(0x3A)
    text.append(padded: Int(rest % 60))
    text.append(contentsOf: " GMT".utf8)
    return text
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The Gregorian date of a day after 1970, by counting from 0000-03-01.
  private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(day) + 719_468
    let era = shifted / 146_097
    let inEra = shifted - era * 146_097
    let year = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * year + year / 4 - year / 100)
    let shiftedMonth = (5 * inYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      year + era * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}

extension [UInt8] {
  fileprivate mutating func append(padded number: Int) {
    append(UInt8(0x30 + number / 10 % 10))
    append(UInt8(0x30 + number % 10))
  }
}
