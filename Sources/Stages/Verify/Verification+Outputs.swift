// Files against their digests: outputs, rejects and the archive.
import Pipeline

extension Verification {
  /// Every run's outputs against `SHA256SUMS` and the store's own list.
  func checkOutputs(_ findings: inout [Finding]) throws {
    var runs: Set<Text> = []
    var names: [(number: Int64, name: Text)] = []
    try database.forEachRow("SELECT no, name FROM runs ORDER BY no") { row in
      names.append((row.int(), row.text()))
    }
    for (number, name) in names {
      runs.insert(name)
      try checkOutputs(ofRun: number, name, &findings)
    }
    for directory in ["out", "rejects"] {
      for entry in try entries(of: directory) where !runs.contains(entry.name) {
        let message = "no committed run has this name"
        findings.append(Finding(path: "\(directory)/\(entry.name)", message: message))
      }
    }
  }

  private func entries(of directory: String) throws -> [DirectoryTree.Entry] {
    let path = "\(workspace)/\(directory)"
    guard try FileInformation.of(path)?.kind == .directory else { return [] }
    return try DirectoryTree.list(path)
  }

  private func checkOutputs(
    ofRun number: Int64, _ name: Text, _ findings: inout [Finding]
  ) throws {
    let directory = "out/\(name)"
    var expected = try listedOutputs(number)
    let sums = try checksums(directory, &findings)
    for path in try files(under: directory) + files(under: "rejects/\(name)") {
      let listed = expected.removeValue(forKey: Text(path))
      guard let listed else {
        findings.append(Finding(path: path, message: "extra: the run did not write this file"))
        continue
      }
      guard let found = try sha256(of: path) else { continue }
      if found.hexadecimal != listed {
        let message = "changed: its SHA-256 is \(found.hexadecimal) and not \(listed)"
        findings.append(Finding(path: path, message: message))
      }
      compare(path, found.hexadecimal, with: sums, under: directory, &findings)
    }
    for (path, listed) in expected.sorted(by: { $0.key < $1.key }) {
      // What the archive has besides the ingested files: the schedule, the profiles, the request.
      let found = path.utf8.starts(with: "archive/".utf8) ? try sha256(of: path.string) : nil
      if let found, found.hexadecimal == listed { continue }
      let message =
        found.map { "changed: its SHA-256 is \($0.hexadecimal) and not \(listed)" } ?? "missing"
      findings.append(Finding(path: path.string, message: message))
    }
    for (path, _) in (sums ?? [:]).sorted(by: { $0.key < $1.key }) {
      let full = "\(directory)/\(path)"
      if try FileInformation.of("\(workspace)/\(full)") == nil, expected[Text(full)] == nil {
        findings.append(Finding(path: full, message: "missing, though SHA256SUMS lists it"))
      }
    }
  }

  /// What the store lists of a run: SHA-256 by path.
  private func listedOutputs(_ run: Int64) throws -> [Text: String] {
    var outputs: [Text: String] = [:]
    try database.forEachRow("SELECT path, sha256 FROM outputs WHERE run = ?1", [run]) { row in
      outputs[row.text()] = row.text().string
    }
    return outputs
  }

  private func compare(
    _ path: String, _ found: String, with sums: [Text: String]?, under directory: String,
    _ findings: inout [Finding]
  ) {
    let prefix = directory + "/"
    guard let sums, path.utf8.starts(with: prefix.utf8) else { return }
    let relative = Text(String(Substring(path.utf8.dropFirst(prefix.utf8.count))))
    if relative == "SHA256SUMS" || relative == "run.json" { return }
    guard let stated = sums[relative] else {
      return findings.append(Finding(path: path, message: "SHA256SUMS does not list it"))
    }
    if stated != found {
      findings.append(Finding(path: path, message: "SHA256SUMS states \(stated), and not \(found)"))
    }
  }

  /// The digests that a run's `SHA256SUMS` states, by path; nil where there is none.
  private func checksums(
    _ directory: String, _ findings: inout [Finding]
  ) throws -> [Text: String]? {
    let path = "\(directory)/SHA256SUMS"
    guard try FileInformation.of("\(workspace)/\(path)")?.kind == .file else { return nil }
    var sums: [Text: String] = [:]
    let bytes = try WholeFile.read("\(workspace)/\(path)")
    for (number, line) in bytes.split(separator: 0x0A).enumerated() {
      let (digest, rest) = (line.prefix(64), line.dropFirst(64))
      guard digest.count == 64, rest.starts(with: [0x20, 0x20]), rest.count > 2 else {
        findings.append(Finding(path: path, message: "line \(number + 1) is no checksum"))
        continue
      }
      let file = Text(String(decoding: rest.dropFirst(2), as: UTF8.self))
      sums[file] = String(decoding: digest, as: UTF8.self)
    }
    return sums
  }

  /// Every ingested file against its digest.
  func checkArchive(_ findings: inout [Finding]) throws {
    try database.forEachRow("SELECT archive, digest, bytes FROM files ORDER BY no") { row in
      let path = row.text().string
      let (digest, byteCount) = (try row.digest(), row.int())
      guard let found = try surveyDigest(of: path) else {
        return findings.append(Finding(path: path, message: "missing"))
      }
      guard found.digest != digest || found.byteCount != byteCount else { return }
      let message =
        "changed: \(found.byteCount) bytes with digest \(found.digest), and not \(byteCount) bytes "
        + "with \(digest)"
      findings.append(Finding(path: path, message: message))
    }
  }
}
