import Glibc
@safe public final class RecordBatch {
  var rows: [(Int, [[UInt8]], [UInt8])] = []
  var kept: [OwnedStub] = []
  func keep(_ b: [UInt8]) -> ByteView { let o = OwnedStub(b); kept.append(o); return o.view }
  public var count: Int { rows.count }
  public func line(_ row: Int) -> Int { rows[row].0 }
  public func fault(_ row: Int) -> RecordFault? {
    rows[row].1.isEmpty ? RecordFault.cellCount(0, expected: 0) : nil
  }
  public func field(_ row: Int, _ column: Int) -> Field {
    let b = rows[row].1[column]; return Field(bytes: keep(b), form: b.isEmpty ? .absent : .text)
  }
  public func raw(_ row: Int) -> ByteView { keep(rows[row].2) }
}
public final class RecordSource: Sendable {
  let lines: [[UInt8]]
  let map: [Int]
  let header: Int
  public init(
    path: String, displayName: String, format: RecordFormat?, columns: ColumnRequest, threads: Int
  ) throws {
    let f = unsafe fopen(path, "r"); var all: [UInt8] = [];
    while true { let c = unsafe fgetc(f!); if c < 0 { break }; all.append(UInt8(c)) };
    unsafe fclose(f!)
    lines = all.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
    let names = lines[0].split(separator: 44).map { String(decoding: $0, as: UTF8.self) }
    map = columns.names.map { names.firstIndex(of: $0) ?? -1 }
    header = names.count
  }
  public func ranges(_ count: Int) -> [RecordRange] {
    let n = lines.count - 1;
    return (0..<count).map {
      RecordRange(
        start: 1 + n * $0 / count, end: 1 + n * ($0 + 1) / count, firstLine: 2 + n * $0 / count)
    }
  }
  public func read(_ range: RecordRange, _ body: (RecordBatch) throws -> Void) throws {
    let b = RecordBatch()
    for i in range.start..<range.end where !lines[i].isEmpty {
      let cells = lines[i].split(separator: 44, omittingEmptySubsequences: false).map { Array($0) }
      b.rows.append(
        (i + 1, cells.count == header ? map.map { $0 < 0 ? [] : cells[$0] } : [], lines[i]))
    }
    try body(b)
  }
}
@safe final class OwnedStub {
  let p: UnsafeMutableBufferPointer<UInt8>
  init(_ b: [UInt8]) {
    unsafe p = .allocate(capacity: b.count + 1); for i in b.indices { unsafe p[i] = b[i] };
    n = b.count
  }
  let n: Int
  var view: ByteView { unsafe ByteView(base: UnsafePointer(p.baseAddress!), count: n) }
  deinit { unsafe p.deallocate() }
}
