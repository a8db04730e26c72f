// Reading some rows of the night's files once more: rare, and cheaper than keeping every row.
import Pipeline

/// The records of rejected rows as they stood.
struct RawReReader: Sendable {
  let files: [NightFile]

  /// The raw records that start on these lines of a file.
  func raw(file: Int32, lines: [Int32]) throws -> [Int32: [UInt8]] {
    let wanted = Set(lines)
    var found: [Int32: [UInt8]] = [:]
    let source = files[Int(file)].source
    for range in source.ranges(1) {
      try source.read(range) { batch in
        for row in 0..<batch.count {
          let line = Int32(clamping: batch.line(row))
          if wanted.contains(line) { found[line] = batch.raw(row).copied() }
        }
      }
    }
    return found
  }
}
