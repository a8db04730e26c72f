// The files of `out/<run>`, and the two lists of them: `manifest.json` and `SHA256SUMS` (SPEC 9).
import Pipeline

/// Stages a run's output files and remembers what the manifest tells of them.
struct OutputFiles {
  let publication: Publication
  var details: [OutputDetail] = []
  private let inputs: ReportInputs

  init(_ inputs: ReportInputs, _ publication: Publication) {
    self.inputs = inputs
    self.publication = publication
  }

  /// Writes one file.
  ///
  /// - Parameter path: Relative to `out/<run>`.
  /// - Parameter body: Writes the bytes, and returns how many records they hold where that is known.
  mutating func write(_ path: String, _ body: (StagedFile) throws -> Int64?) throws {
    let file = try publication.write(inputs.output(path))
    if let rows = try body(file) { details.append(OutputDetail(path: path, rows: rows)) }
    try file.close()
  }

  /// Gives the run's journal a second name: it has the columns and the order of `export postings`.
  ///
  /// A link, because a copy would be a third of all bytes that a run writes. It is safe as nobody
  /// writes into a journal: refbatch never does, and the file allows nobody to. What root changes
  /// all the same, `refbatch verify` tells of both names by their digest.
  mutating func linkJournal(to path: String) throws {
    let journal = inputs.journal
    let output = inputs.output(path)
    let source = try publication.stagingPath(for: journal.path)
    let copied = try FileCopy.archive(
      source, to: publication.stagingPath(for: output), by: .link, mode: 0o444)
    guard copied == journal.bytes else {
      throw JournalFault(
        path: source, line: nil, message: "\(copied) bytes, and \(journal.bytes) were written")
    }
    try publication.adopt(output, sha256: journal.sha256)
    details.append(OutputDetail(path: path, rows: journal.postings))
  }

  /// The staged files of the run with their paths relative to `out/<run>`, without `run.json`.
  private var staged: [(path: String, facts: StagedFileFacts)] {
    let prefix = inputs.output("")
    return publication.files.compactMap { facts in
      guard facts.relativePath.utf8.starts(with: prefix.utf8) else { return nil }
      let path = String(Substring(facts.relativePath.utf8.dropFirst(prefix.utf8.count)))
      return path == "run.json" ? nil : (path, facts)
    }
  }

  /// Writes `manifest.json`: what went in, and every file but the two lists and `run.json`.
  func writeManifest() throws {
    let files = staged
    let known = Dictionary(details.map { (Text($0.path), $0) }) { _, last in last }
    let file = try publication.write(inputs.output("manifest.json"))
    var json = JSONWriter(to: file, layout: .indented)
    json.beginObject()
    json.key("inputs")
    json.beginArray()
    for input in inputs.inputs { write(input, to: &json) }
    json.endArray()
    json.key("files")
    json.beginArray()
    for (path, facts) in files { write(path, facts, known[Text(path)], to: &json) }
    json.endArray()
    json.endObject()
    try json.endLine()
    try json.finish()
    try file.close()
  }

  private func write(_ input: ManifestInput, to json: inout JSONWriter) {
    json.beginObject()
    json.member("path", input.path)
    json.member("kind", input.kind)
    json.member("digest", input.digest)
    json.member("bytes", input.bytes)
    json.member("rows", input.rows)
    json.endObject()
  }

  private func write(
    _ path: String, _ facts: StagedFileFacts, _ detail: OutputDetail?, to json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("path", path)
    json.member("sha256", facts.sha256)
    json.member("bytes", facts.bytes)
    json.member("rows", detail?.rows)
    json.member("currency", detail?.currency.map { Text($0.code) })
    json.member("total_minor", detail?.totalMinor)
    json.endObject()
  }

  /// Writes `SHA256SUMS`, which `sha256sum -c` checks inside `out/<run>`: every file but itself and
  /// `run.json`.
  func writeChecksums() throws {
    let files = staged
    let file = try publication.write(inputs.output("SHA256SUMS"))
    for (path, facts) in files { try file.write("\(facts.sha256)  \(path)\n") }
    try file.close()
  }
}
