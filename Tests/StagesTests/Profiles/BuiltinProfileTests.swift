// The built-in profiles, each on a sample in its partner's form, and on the same sample in other
// dress.
import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Stages

struct BuiltinProfileTests {
  static let samples = ProfileSample.shops + ProfileSample.networks + ProfileSample.platforms

  @Test(arguments: samples) func `a partner's export is read as it is`(sample: ProfileSample) throws
  {
    let result = try ProfileSample.check(
      Array(sample.text.utf8), by: sample.profile, isJSON: sample.isJSON)
    sample.expect(result)
    #expect(result.passedOver == sample.passedOver)
  }

  @Test(arguments: samples.filter { !$0.isJSON })
  func
    `order, case, more columns, line ends, a mark and totals change nothing`(
      sample: ProfileSample
    ) throws
  {
    var random = SplitMix64(seed: 7)
    for round in 0..<8 {
      let dressed = DressedCSV.dress(sample.text, using: &random)
      let result = try ProfileSample.check(dressed, by: sample.profile)
      sample.expect(result, "round \(round)")
    }
  }

  @Test func `every built-in profile has a sample`() throws {
    let tested = Set(
      Self.samples.map { String($0.profile.prefix { $0 != ":" }) })
    for builtin in BuiltinProfiles.all { #expect(tested.contains(builtin.name)) }
  }

  @Test func `every built-in profile is sound and bears its name`() throws {
    for builtin in BuiltinProfiles.all {
      let profile = try ResolvedProfile(source: builtin.source, file: builtin.name).profile
      #expect(profile.name == builtin.name)
      #expect(!profile.signature.isEmpty)
      #expect(!profile.title.isEmpty)
    }
  }

  @Test(arguments: samples.filter { $0.accepted + Int64($0.filtered.count) > 1 })
  func
    `detect finds the profile of a sample first`(sample: ProfileSample) throws
  {
    let path =
      NSTemporaryDirectory() + "detect-\(UUID().uuidString)"
      + (sample.isJSON ? ".jsonl" : ".csv")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: Array(sample.text.utf8))
    let matches = try ProfileDetection.matches(FileHead(path: path))
    let name = String(sample.profile.prefix { $0 != ":" })
    // Of the two profiles of one file the one with the better score comes first.
    let family = name.hasPrefix("dub-event") ? "dub-event" : name
    #expect(matches.first?.profile.name.hasPrefix(family) == true)
    #expect((matches.first?.matched.count ?? 0) >= 2)
  }
}

/// A CSV with the same content in another form.
enum DressedCSV {
  static func dress(_ text: String, using random: inout SplitMix64) -> [UInt8] {
    var records = records(of: text)
    let width = records.map(\.count).max() ?? 0
    // Lines before the header keep their place.
    let header = records.firstIndex { $0.count == width } ?? 0
    var order = Array(0..<width)
    order.shuffle(using: &random)
    let style = Int.random(in: 0..<3, using: &random)
    for place in header..<records.count where records[place].count == width {
      records[place] = order.map { records[place][$0] }
      records[place].append(place == header ? "Something else" : "x")
    }
    records[header] = records[header].map { name in
      switch style {
      case 0: name.uppercased()
      case 1: " \(name.lowercased()) "
      default: name
      }
    }
    records.append(totals(width, records[header], using: &random))
    let lines = records.map { cells in
      cells.map { cell in
        let isQuoted =
          Bool.random(using: &random) && !cell.isEmpty || cell.contains { ",\"\n".contains($0) }
        return isQuoted ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
      }.joined(separator: ",")
    }
    return [0xEF, 0xBB, 0xBF] + Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  /// A row of totals in one of the forms that there are: a word first, whatever else there is; or a
  /// word in any column, and sums in those of amounts.
  private static func totals(
    _ width: Int, _ header: [String], using random: inout SplitMix64
  ) -> [String] {
    if Bool.random(using: &random) {
      return ["TOTAL"] + [String](repeating: "1.00", count: width)
    }
    var row = header.map { name in
      let isSum = ["amount", "total", "sales", "price", "gross"].contains {
        name.lowercased().contains($0)
      }
      return isSum ? "12,345.67" : ""
    }
    let free = row.indices.filter { row[$0].isEmpty }
    if let place = free.randomElement(using: &random) {
      row[place] = ["Totals", "Grand Total (9 rows)", "Summe"].randomElement(using: &random) ?? ""
    }
    return row
  }

  /// The cells of a well-formed CSV.
  private static func records(of text: String) -> [[String]] {
    var records: [[String]] = [[""]]
    var isQuoted = false
    let characters = Array(text)
    var place = 0
    while place < characters.count {
      let character = characters[place]
      let last = records.count - 1
      let cell = records[last].count - 1
      if isQuoted, character == "\"", place + 1 < characters.count, characters[place + 1] == "\"" {
        records[last][cell].append("\"")
        place += 1
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        records[last].append("")
      } else if character == "\n", !isQuoted {
        records.append([""])
      } else {
        records[last][cell].append(character)
      }
      place += 1
    }
    return records.filter { $0 != [""] }
  }
}
