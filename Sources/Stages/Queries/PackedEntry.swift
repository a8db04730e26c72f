// One number's entry out of a packed JSON object, found without reading the others.

/// The entry of a number in `sales_days.affiliates` or `clicks_days.codes`.
struct PackedEntry {
  /// `"number":`, which stands nowhere else in such an object.
  private let name: [UInt8]

  init(number: Int64) { name = Array("\"\(number)\":".utf8) }

  /// Its numbers, those that are not there 0; nil where the object has no such entry.
  func numbers(in json: UnsafeRawBufferPointer) -> (Int64, Int64, Int64, Int64)? {
    guard var place = unsafe end(in: json) else { return nil }
    var numbers: [Int64] = []
    var magnitude: UInt64 = 0
    var isNegative = false
    var isList = false
    if place < json.count, unsafe json[place] == UInt8(ascii: "[") {
      isList = true
      place += 1
    }
    while place < json.count {
      let byte = unsafe json[place]
      place += 1
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        magnitude = magnitude &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
      } else if byte == UInt8(ascii: "-") {
        isNegative = true
      } else {
        numbers.append(Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude))
        (magnitude, isNegative) = (0, false)
        if !isList || byte != UInt8(ascii: ",") { break }
      }
    }
    func number(_ place: Int) -> Int64 { place < numbers.count ? numbers[place] : 0 }
    return (number(0), number(1), number(2), number(3))
  }

  /// Where the name ends in an object.
  private func end(in json: UnsafeRawBufferPointer) -> Int? {
    // A name has four bytes or more: they are compared as one word.
    let word = name.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    var place = 0
    while place + name.count <= json.count {
      let found = unsafe json.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      if UInt32(littleEndian: found) == word {
        let rest = unsafe json[place..<place + name.count]
        if unsafe rest.elementsEqual(name) { return place + name.count }
      }
      place += 1
    }
    return nil
  }
}
