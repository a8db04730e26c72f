// Samples in the form of each partner's export, with what is in them, counted by hand.
import Foundation
import Pipeline
import Testing

@testable import Stages

/// A file for a built-in profile, and what a check of it must find.
struct ProfileSample: Sendable, CustomTestStringConvertible {
  var profile: String
  var text: String
  var accepted: Int64
  var filtered: [FilterReason: Int64] = [:]
  var amounts: [String: Int64] = [:]
  var statuses: [String: Int64] = [:]
  var passedOver: Int64 = 0
  /// The first row, as `name=value` with spaces between.
  var first: String
  var isJSON: Bool { text.utf8.first == UInt8(ascii: "{") }

  var testDescription: String { profile }

  /// Checks a text by a profile.
  static func check(
    _ bytes: [UInt8], by profile: String, isJSON: Bool = false
  ) throws -> CheckResult {
    let path = NSTemporaryDirectory() + "sample-\(UUID().uuidString)" + (isJSON ? ".jsonl" : ".csv")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: bytes)
    let kind = try ResolvedProfile(profile, relativeTo: ".").profile.kind
    return try check(path, by: InputProfile(profile, relativeTo: ".", kind: kind), kind)
  }

  static func check(
    _ path: String, by profile: InputProfile, _ kind: InputKind
  ) throws -> CheckResult {
    let asOf = try #require(Instant(text: "2026-11-21T00:00:00Z"))
    var check = FormCheck(kind: kind, profile: profile, asOf: asOf)
    try check.check(path: path, threads: 1)
    check.finish()
    return check.result
  }

  /// Compares what a check found with what is in the sample.
  func expect(_ result: CheckResult, _ what: String = "as it is") {
    #expect(result.refusals.isEmpty, "\(what)")
    #expect(result.rejects.map(\.reject.message).isEmpty, "\(what): \(result.rejects)")
    #expect(result.counts.accepted == accepted, "\(what)")
    #expect(result.counts.filtered == filtered, "\(what)")
    #expect(result.amounts == amounts, "\(what)")
    #expect(result.statuses == statuses, "\(what)")
    let shown = result.samples.first?.fields.map { "\($0.name)=\($0.value)" } ?? []
    #expect(shown.joined(separator: " ") == first, "\(what)")
  }
}

extension Instant {
  fileprivate init?(text: String) {
    guard let milliseconds = ByteView.withBytes(of: text, { InstantText.scan($0) }) else {
      return nil
    }
    self.init(milliseconds: milliseconds)
  }
}
