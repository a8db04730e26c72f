// The clicks of a day and programme by code, as the JSON object in `clicks_days.codes`: by the
// code's number its clicks, or clicks and filtered ones where there are any.
import Pipeline

/// Writing and reading of `clicks_days.codes`.
enum DailyCodes {
  /// Adds one code's clicks to an object.
  static func append(_ daily: DailyClicks, to json: inout ObjectEncoder) {
    json.name(Int64(daily.code.index))
    guard daily.filtered != 0 else { return json.value(daily.clicks) }
    json.element(daily.clicks, isFirst: true)
    json.element(daily.filtered)
    json.endList()
  }

  /// Calls `body` with each code's number, clicks and filtered clicks.
  ///
  /// - Returns: Whether it was an object as ``append(_:to:)`` writes it.
  static func forEach(
    _ json: UnsafeRawBufferPointer,
    _ body: (_ code: Int64, _ clicks: Int64, _ filtered: Int64) -> Void
  ) -> Bool {
    guard unsafe json.first == UInt8(ascii: "{"), unsafe json.last == UInt8(ascii: "}") else {
      return false
    }
    // All that is no digit separates; a bracket tells that a pair stands there.
    var numbers: (code: Int64, clicks: Int64) = (0, 0)
    var count = 0
    var isPair = false
    var number: Int64 = -1
    for place in json.indices {
      let byte = unsafe json[place]
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        number = max(number, 0) &* 10 &+ Int64(byte - UInt8(ascii: "0"))
        continue
      }
      if byte == UInt8(ascii: "[") { isPair = true }
      guard number >= 0 else { continue }
      if count == 0 {
        numbers.code = number
        count = 1
      } else if count == 1, isPair {
        numbers.clicks = number
        count = 2
      } else {
        body(numbers.code, isPair ? numbers.clicks : number, isPair ? number : 0)
        count = 0
        isPair = false
      }
      number = -1
    }
    return count == 0
  }
}
