// Rejected rows, kept for their senders: `rejects/<run>/<file>.rejects.jsonl` (SPEC 1, Nothing lost).
import Pipeline

/// A rejected row that its file, read again, does not show.
struct MissingRejectedRow: ExitCoded, CustomStringConvertible {
  let file: String
  let line: Int32

  var exitStatus: ExitStatus { .temporaryFailure }
  var description: String {
    "\(file):\(line): this row was rejected, and is not there any more; the file was changed while "
      + "it was read. Nothing was committed: run again when it is complete."
  }
}

/// Writes the rejects files of a run. They are readable to their owner alone.
enum RejectsWriter {
  /// How many rows are read again, or written, from one reading of their file.
  private static let mostLinesAtOnce = 200_000
  private static let suffix = ".rejects.jsonl"

  /// Writes one file for each input that has rejected rows, its lines sorted by line.
  ///
  /// - Parameter files: The base names of the run's inputs, by file number.
  /// - Parameter fetch: The raw records that start on these lines of a file, asked for rows that do
  ///   not carry theirs.
  /// - Throws: ``MissingRejectedRow``, ``FileFault``, what `fetch` throws.
  static func write(
    _ rejects: [RejectedRow], files: [String], run: String, to publication: Publication,
    fetch: (Int32, [Int32]) throws -> [Int32: [UInt8]]
  ) throws {
    let names = fileNames(files)
    // Once, as there may be many.
    let sorted = rejects.sorted { $0.origin < $1.origin }
    var rest = sorted[...]
    while let number = rest.first?.origin.file {
      let rows = rest.prefix { $0.origin.file == number }
      rest = rest[rows.endIndex...]
      let file = try publication.write("rejects/\(run)/\(names[Int(number)])")
      var json = JSONWriter(to: file)
      for start in stride(from: rows.startIndex, to: rows.endIndex, by: mostLinesAtOnce) {
        let part = rows[start..<min(start + mostLinesAtOnce, rows.endIndex)]
        let lines = part.filter { $0.raw == nil }.map(\.origin.line)
        let fetched = lines.isEmpty ? [:] : try fetch(number, lines)
        for row in part {
          guard let raw = row.raw ?? fetched[row.origin.line] else {
            throw MissingRejectedRow(file: files[Int(number)], line: row.origin.line)
          }
          try write(row, raw, of: files[Int(number)], to: &json)
        }
      }
      try json.finish()
      try file.close()
    }
  }

  /// The names of the rejects files, by file number.
  ///
  /// The first input of a base name gives it its name; a further one of the same name, in the order
  /// of the run's files (by content digest), gets `~2`, `~3`, … after it. Names beyond 200 bytes are
  /// cut, and `~` with the input's number is put after them.
  static func fileNames(_ files: [String]) -> [String] {
    var taken: Set<Text> = []
    return files.enumerated().map { number, file in
      var base = Substring(file)
      while base.utf8.count > 200 { base.removeLast() }
      var name = base.utf8.count < file.utf8.count ? "\(base)~\(number + 1)" : file
      var copy = 2
      while !taken.insert(Text(name)).inserted {
        name = "\(base)~\(copy)"
        copy += 1
      }
      return name + suffix
    }
  }

  private static func write(
    _ row: RejectedRow, _ raw: [UInt8], of file: String, to json: inout JSONWriter
  ) throws {
    json.beginObject()
    json.member("file", file)
    json.member("line", Int64(row.origin.line))
    json.member("column", row.column.map { Text($0) })
    json.member("reason", row.reason.rawValue)
    json.member("message", row.message)
    json.member("raw", String(decoding: raw, as: UTF8.self))
    if String(validating: raw, as: UTF8.self) == nil {
      json.member("raw_base64", Base64.text(of: raw))
    }
    json.endObject()
    try json.endLine()
  }
}

/// Base64 as RFC 4648 has it, with padding.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for place in 0..<4 {
        let digit = alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)]
        text.append(place <= group.count ? digit : 0x3D)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
