// Reading sample files back, by code that shares nothing with what wrote them.

import Foundation
import Stages

/// A directory for one test's samples, taken away with the value.
final class SampleFolder: Sendable {
  let path = NSTemporaryDirectory() + "sample-" + UUID().uuidString

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a sample into a folder below this one.
  func write(_ options: SampleOptions, as name: String = "a") throws -> [SampleFileSummary] {
    try SampleNights(options: options).write(to: path + "/" + name)
  }
}

/// A small sample that has everything in it.
func smallSample(_ change: (inout SampleOptions) -> Void = { _ in }) -> SampleOptions {
  var options = SampleOptions()
  options.clicks = 6_000
  options.orders = 1_200
  options.nights = 3
  options.programs = 26
  options.affiliates = 120
  options.codes = 300
  change(&options)
  return options
}

func fileBytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// FNV-1a of names and contents, in the order given.
func fingerprint(of summaries: [SampleFileSummary]) throws -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for summary in summaries {
    let name = summary.path.split(separator: "/").suffix(2).joined(separator: "/")
    for byte in Array(name.utf8) + (try fileBytes(summary.path)) {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
  }
  return hash
}

/// The records of CSV text (RFC 4180), header first; nil where a quote is misplaced.
func csvRecords(_ bytes: [UInt8]) -> [[String]]? {
  var records: [[String]] = []
  var record: [String] = []
  var cell: [UInt8] = []
  var isQuoted = false
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    index += 1
    if isQuoted {
      guard byte == 0x22 else {
        cell.append(byte)
        continue
      }
      if index < bytes.count, bytes[index] == 0x22 {
        cell.append(0x22)
        index += 1
      } else {
        isQuoted = false
      }
    } else if byte == 0x22 {
      guard cell.isEmpty else { return nil }
      isQuoted = true
    } else if byte == 0x2C || byte == 0x0A {
      record.append(String(decoding: cell, as: UTF8.self))
      cell = []
      if byte == 0x0A {
        records.append(record)
        record = []
      }
    } else {
      cell.append(byte)
    }
  }
  return isQuoted || !record.isEmpty || !cell.isEmpty ? nil : records
}

/// The rows of a CSV file as what each has in which column; empty cells are left out.
func csvRows(_ path: String) throws -> [[String: String]] {
  let records = csvRecords(try fileBytes(path)) ?? []
  guard let header = records.first else { return [] }
  return records.dropFirst().map { record in
    Dictionary(
      zip(header, record).filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
  }
}

/// The members of a JSON object in one line: texts without their escapes, anything else as it is
/// spelled; nil where it is no such object.
func jsonMembers(_ line: ArraySlice<UInt8>) -> [String: String]? {
  var rest = line
  var members: [String: String] = [:]
  guard rest.popFirst() == 0x7B else { return nil }
  while true {
    guard rest.popFirst() == 0x22, let name = jsonText(&rest), rest.popFirst() == 0x3A else {
      return nil
    }
    if rest.first == 0x22 {
      rest.removeFirst()
      guard let text = jsonText(&rest) else { return nil }
      members[name] = text
    } else {
      members[name] = jsonSpelling(&rest)
    }
    switch rest.popFirst() {
    case 0x2C: continue
    case 0x7D: return rest.isEmpty ? members : nil
    default: return nil
    }
  }
}

/// A text up to its closing quote.
private func jsonText(_ rest: inout ArraySlice<UInt8>) -> String? {
  var text: [UInt8] = []
  while let byte = rest.popFirst() {
    if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
    guard byte == 0x5C else {
      text.append(byte)
      continue
    }
    switch rest.popFirst() {
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case .some(let escaped): text.append(escaped)
    case nil: return nil
    }
  }
  return nil
}

/// A number, a word, or a whole object or array, as it stands.
private func jsonSpelling(_ rest: inout ArraySlice<UInt8>) -> String {
  var spelling: [UInt8] = []
  var depth = 0
  var isText = false
  while let byte = rest.first {
    if !isText, depth == 0, byte == 0x2C || byte == 0x7D { break }
    if byte == 0x5C {
      spelling.append(byte)
      rest.removeFirst()
    } else if byte == 0x22 {
      isText.toggle()
    } else if !isText {
      depth += byte == 0x7B || byte == 0x5B ? 1 : byte == 0x7D || byte == 0x5D ? -1 : 0
    }
    if let next = rest.popFirst() { spelling.append(next) }
  }
  return String(decoding: spelling, as: UTF8.self)
}
