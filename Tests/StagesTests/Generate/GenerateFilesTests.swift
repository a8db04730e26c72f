// The files of a sample as bytes: that they can be made again, and read back.

import Foundation
import Stages
import Testing

struct GenerateFilesTests {
  @Test func `the same options give the same bytes on every machine`() throws {
    let folder = SampleFolder()
    let first = try fingerprint(of: folder.write(smallSample(), as: "a"))
    let second = try fingerprint(of: folder.write(smallSample(), as: "b"))
    #expect(first == second)
    // A change of this number is a change of every sample that anyone has named by its seed.
    #expect(first == 67_220_610_353_674_254)
  }

  @Test func `another seed gives another sample`() throws {
    let folder = SampleFolder()
    let first = try folder.write(smallSample(), as: "a")
    let second = try folder.write(smallSample { $0.seed = 2 }, as: "b")
    for (one, other) in zip(first, second) where one.kind == .clicks || one.kind == .orders {
      #expect(try fileBytes(one.path) != fileBytes(other.path))
    }
  }

  @Test func `a night has a folder and a file of each kind`() throws {
    let folder = SampleFolder()
    let summaries = try folder.write(smallSample { $0.format = .mixed })
    let names = summaries.map { $0.path.split(separator: "/").suffix(2).joined(separator: "/") }
    #expect(
      names.prefix(10) == [
        "night-01/programs.jsonl", "night-01/affiliates.csv", "night-01/codes.jsonl",
        "night-01/clicks.csv", "night-01/orders.jsonl", "night-01/referrals.csv",
        "night-01/decisions.jsonl", "night-01/payout_requests.csv", "night-02/programs.csv",
        "night-02/affiliates.jsonl",
      ])
    #expect(names.count == 24)
    let written = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/a")
    #expect(written.count == 3 + 24)
  }

  @Test func `a summary tells the rows and bytes of its file`() throws {
    let folder = SampleFolder()
    for summary in try folder.write(smallSample { $0.rejectsPerMillion = 0 }) {
      let bytes = try fileBytes(summary.path)
      #expect(summary.bytes == bytes.count)
      #expect(csvRecords(bytes)?.count == summary.rows + 1, "\(summary.path)")
    }
  }

  @Test func `every sound CSV row has as many cells as the header`() throws {
    let folder = SampleFolder()
    for summary in try folder.write(smallSample()) {
      let records = try #require(csvRecords(fileBytes(summary.path)))
      let cells = records.first?.count ?? 0
      let other = records.count { $0.count != cells }
      #expect(other <= summary.malformed, "\(summary.path)")
      #expect(records.count == summary.rows + 1)
    }
  }

  @Test func `JSONL has the content of CSV`() throws {
    let folder = SampleFolder()
    let sound = smallSample { $0.rejectsPerMillion = 0 }
    let csv = try folder.write(sound, as: "csv")
    let jsonl = try folder.write(
      smallSample {
        $0.rejectsPerMillion = 0; $0.format = .jsonl
      }, as: "jsonl")
    #expect(csv.count == jsonl.count)
    for (table, lines) in zip(csv, jsonl) {
      let rows = try csvRows(table.path)
      let objects = try fileBytes(lines.path).split(separator: 0x0A).map { jsonMembers($0) }
      #expect(objects.count == rows.count)
      for (row, object) in zip(rows, objects) {
        #expect(row == object, "\(lines.path)")
      }
    }
  }

  @Test func `each line of JSONL is an object for Foundation, too`() throws {
    let folder = SampleFolder()
    let options = smallSample {
      $0.rejectsPerMillion = 0; $0.format = .jsonl
    }
    for summary in try folder.write(options) {
      for line in try fileBytes(summary.path).split(separator: 0x0A) {
        let object = try JSONSerialization.jsonObject(with: Data(line))
        #expect(object is [String: any Sendable] || object is NSDictionary)
      }
    }
  }

  @Test func `compressed files hold the same bytes`() throws {
    let folder = SampleFolder()
    let plain = try folder.write(smallSample { $0.nights = 1 }, as: "plain")
    let packed = try folder.write(
      smallSample {
        $0.nights = 1; $0.isCompressed = true
      }, as: "gz")
    for (one, other) in zip(plain, packed) {
      #expect(other.path.hasSuffix(".csv.gz"))
      #expect(one.bytes == other.bytes)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-d", "-f", other.path]
      try process.run()
      process.waitUntilExit()
      #expect(try fileBytes(one.path) == fileBytes(String(other.path.dropLast(3))))
    }
  }

  @Test func `a night that is there already is not touched`() throws {
    let folder = SampleFolder()
    let summaries = try folder.write(smallSample())
    let before = try fingerprint(of: summaries)
    #expect(throws: SampleFault.alreadyThere(path: folder.path + "/a/night-01")) {
      try folder.write(smallSample { $0.seed = 9 })
    }
    #expect(try fingerprint(of: summaries) == before)
  }

  @Test func `a directory that cannot be made is named`() {
    #expect(throws: SampleFault.refused(call: "mkdir", path: "/dev/null/x", code: 20)) {
      try SampleNights(options: smallSample()).write(to: "/dev/null/x")
    }
  }

  @Test func `options out of range are refused before anything is written`() {
    let folder = SampleFolder()
    #expect(throws: SampleFault.badOption(name: "nights", value: 0, expected: "1 to 1000")) {
      try folder.write(smallSample { $0.nights = 0 })
    }
    #expect(throws: SampleFault.self) {
      try folder.write(smallSample { $0.duplicatesPerMillion = 950_000 })
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }

  @Test func `a sample without clicks and orders has no files of them`() throws {
    let folder = SampleFolder()
    let summaries = try folder.write(
      smallSample {
        $0.clicks = 0; $0.orders = 0
      })
    #expect(!summaries.contains { $0.kind == .clicks || $0.kind == .orders })
    #expect(summaries.allSatisfy { $0.rows > 0 })
  }

  @Test func `the smallest sample can be written`() throws {
    let folder = SampleFolder()
    let summaries = try folder.write(
      smallSample {
        $0.clicks = 1
        $0.orders = 1
        $0.programs = 1
        $0.affiliates = 1
        $0.codes = 1
      })
    #expect(summaries.count == 23)
    #expect(summaries.allSatisfy { $0.rows > 0 })
  }

  @Test func `progress is told for every file and at the end of each`() throws {
    let folder = SampleFolder()
    var last: [String: SampleFileSummary] = [:]
    let summaries = try SampleNights(options: smallSample()).write(to: folder.path) { progress in
      #expect(progress.nights == 3)
      last[progress.file.path] = progress.file
    }
    #expect(summaries.allSatisfy { last[$0.path] == $0 })
  }
}
