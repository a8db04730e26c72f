// How the rows of an unkind night are spread over files.

import Pipeline
import TestSupport

extension Adversary {
  /// The night's files: the rows of each kind over one to three files of either format.
  mutating func files() -> [InputFile] {
    Kind.allCases.flatMap { kind -> [InputFile] in
      let rows = drafts.filter { $0.kind == kind }
      guard !rows.isEmpty || kind == .clicks else { return [] }
      let count = 1 + random.below(3)
      var files = (0..<count).map { number -> InputFile in
        let format = random.pick([InputFile.Format.csv, .jsonl])
        let name = "\(kind.rawValue)-n\(nightNumber)-\(number).\(format.rawValue)"
        return InputFile(kind: kind, name: name, format: format, columns: [], rows: [])
      }
      for draft in rows {
        files[random.below(count)].rows.append(.fields(random.spelled(draft)))
      }
      // A header alone is a file of no rows; zero bytes are none.
      let some = files.filter { !$0.rows.isEmpty || $0.format == .csv }
      return some.map { finished($0) }
    }
  }

  /// Adds the header, a column that is no native one, and now and then a broken line.
  private mutating func finished(_ unfinished: InputFile) -> InputFile {
    var file = unfinished
    var columns = file.kind.columns.map(\.name.string)
    columns.swapAt(0, random.below(columns.count))
    file.columns = ["x_file"] + columns
    // Bytes that no other file has: a file is known by its content.
    file.rows = file.rows.map { row in
      guard case .fields(let fields) = row else { return row }
      return .fields([Field("x_file", .text(file.name))] + fields)
    }
    if file.rows.isEmpty { file.columns[0] = "x_" + file.name }
    if file.kind == .clicks || file.kind == .orders, random.chance(12) {
      let place = random.below(file.rows.count + 1)
      file.rows.insert(brokenLine(file), at: place)
    }
    return file
  }

  private mutating func brokenLine(_ file: InputFile) -> InputRow {
    switch (file.format, random.below(3)) {
    case (.csv, 0): return .malformed(Array("a,b".utf8), reason: "bad_row")
    case (.csv, 1):
      let cells = file.columns.map { _ in [UInt8]() }
      return .malformed([0xFF] + Array(cells.joined(separator: [0x2C])), reason: "bad_utf8")
    case (.csv, _):
      let commas = String(repeating: ",", count: file.columns.count)
      return .malformed(Array(("z" + commas).utf8), reason: "bad_row")
    case (.jsonl, 0): return .malformed(Array("{\"code\":".utf8), reason: "bad_row")
    case (.jsonl, 1):
      return .malformed(
        Array("{\"code\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), reason: "bad_utf8")
    case (.jsonl, _):
      return .malformed(Array("{\"code\":\"a\",\"code\":\"b\"}".utf8), reason: "bad_row")
    }
  }
}
