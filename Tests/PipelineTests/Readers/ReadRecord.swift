// A record as a test compares it, and reading all of a source into such records.

import Glibc
import Testing

@testable import Pipeline

/// One field, copied out of its batch.
struct ReadField: Equatable, CustomStringConvertible {
  var bytes: [UInt8]
  var form: FieldForm

  static let absent = ReadField(bytes: [], form: .absent)

  static func text(_ text: String) -> ReadField { ReadField(bytes: Array(text.utf8), form: .text) }

  var description: String { "\(form)(\(String(decoding: bytes, as: UTF8.self)))" }
}

/// One record, copied out of its batch.
struct ReadRecord: Equatable {
  var line: Int
  var raw: [UInt8]
  var fault: RecordFault?
  var fields: [ReadField]

  init(line: Int, raw: [UInt8], fault: RecordFault?, fields: [ReadField]) {
    self.line = line
    self.raw = raw
    self.fault = fault
    self.fields = fields
  }

  init(_ batch: RecordBatch, row: Int, columns: Int) {
    line = batch.line(row)
    raw = batch.raw(row).copied()
    fault = batch.fault(row)
    fields =
      fault != nil
      ? []
      : (0..<columns).map { column in
        let field = batch.field(row, column)
        return ReadField(bytes: field.bytes.copied(), form: field.form)
      }
  }
}

extension RecordSource {
  /// All records of the given ranges, one range after the other.
  func records(_ ranges: [RecordRange], columns: Int) throws -> [ReadRecord] {
    var records: [ReadRecord] = []
    for range in ranges {
      try read(range) { batch in
        for row in 0..<batch.count {
          records.append(ReadRecord(batch, row: row, columns: columns))
        }
        compareTables(batch, columns: columns)
      }
    }
    return records
  }
}

/// Opens `bytes` as a file, with tiny sizes where a test gives some.
func openSource(
  _ bytes: [UInt8], as name: String, in folder: TemporaryFolder, columns: ColumnRequest,
  format: RecordFormat? = nil, sizes: ReaderSizes = ReaderSizes()
) throws -> RecordSource {
  let path = try folder.write(bytes, as: name)
  return try RecordSource(
    path: path, displayName: name, format: format, columns: columns, threads: 2, sizes: sizes)
}

/// All records of `text`, read as one range.
func readAll(
  _ text: String, as name: String = "in.csv", columns: [String], sizes: ReaderSizes = ReaderSizes()
) throws -> [ReadRecord] {
  let folder = try TemporaryFolder()
  let source = try openSource(
    Array(text.utf8), as: name, in: folder, columns: ColumnRequest(names: columns), sizes: sizes)
  return try source.records(source.ranges(1), columns: columns.count)
}

/// What opening `bytes` is refused for; nil when it is not.
func refusal(
  _ bytes: [UInt8], as name: String = "in.csv", required: [String] = [],
  format: RecordFormat? = nil
) throws -> FileRefusal? {
  let folder = try TemporaryFolder()
  do {
    _ = try openSource(
      bytes, as: name, in: folder,
      columns: ColumnRequest(names: required, required: Set(required)), format: format)
    return nil
  } catch let refusal as FileRefusal {
    return refusal
  }
}

/// Compares the tables of a batch with its fields one by one.
private func compareTables(_ batch: RecordBatch, columns: Int) {
  var start = 0
  while start < batch.count {
    let end = min(start + FieldTable.mostRows, batch.count)
    let table = batch.layOut(start..<end)
    for row in start..<end {
      for column in 0..<columns {
        let place = table.place(row - start, column)
        let found = ReadField(
          bytes: table.bytes(place).copied(), form: place.isAbsent ? .absent : place.form)
        var expected = ReadField.absent
        if batch.fault(row) == nil {
          let field = batch.field(row, column)
          expected = ReadField(bytes: field.bytes.copied(), form: field.form)
        }
        if found != expected { Issue.record("row \(row), column \(column): \(found), \(expected)") }
      }
    }
    start = end
  }
}
