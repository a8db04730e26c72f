// Writing and reading a row column by column, so that no column is ever counted by hand.
import Pipeline

/// Binds a statement's parameters from the first to the last.
struct ParameterCursor {
  private let statement: Statement
  private var index: Int32 = 0

  init(_ statement: Statement) { self.statement = statement }

  mutating func bind(_ value: Int64?) throws {
    index += 1
    try statement.bind(index, value)
  }

  mutating func bind(_ value: Text?) throws {
    index += 1
    try statement.bind(index, value)
  }

  mutating func bind(_ value: Digest128?) throws {
    index += 1
    try statement.bind(index, value)
  }

  mutating func bind(_ value: Int32) throws { try bind(Int64(value)) }
  mutating func bind(_ value: Bool) throws { try bind(value ? 1 : 0 as Int64) }
  mutating func bind(_ value: Instant?) throws { try bind(value?.milliseconds) }
  mutating func bind(_ value: Currency) throws { try bind(Text(value.code)) }
  mutating func bind(_ value: BasisPoints) throws { try bind(Int64(value.value)) }
  mutating func bind<Kind>(_ value: Ordinal<Kind>) throws { try bind(Int64(value.index)) }
  mutating func bind<Kind>(_ value: Identifier<Kind>) throws { try bind(value.text) }

  mutating func bind<Coded: RawRepresentable>(
    _ value: Coded?
  ) throws where Coded.RawValue == UInt8 {
    try bind(value.map { Int64($0.rawValue) })
  }

  /// Binds NULL to the next `count` parameters.
  mutating func bindNulls(_ count: Int) throws {
    for _ in 0..<count { try bind(nil as Int64?) }
  }
}

/// A row that does not say what the schema promises.
struct StoreRowFault: Error, CustomStringConvertible {
  var column: Int32
  var sql: String

  var description: String {
    "the store holds a value that this version cannot read, in column \(column) of: \(sql); "
      + "`refbatch verify` tells more"
  }
}

/// Reads a row's columns from the first to the last.
struct ColumnCursor {
  private let statement: Statement
  private var column: Int32 = -1

  init(_ statement: Statement) { self.statement = statement }

  private mutating func next() -> Int32 {
    column += 1
    return column
  }

  mutating func int() -> Int64 { statement.int(next()) }
  mutating func optionalInt() -> Int64? { statement.optionalInt(next()) }
  mutating func text() -> Text { statement.text(next()) }
  mutating func optionalText() -> Text? { statement.optionalText(next()) }
  mutating func digest() throws -> Digest128 { try statement.digest(next()) }
  mutating func optionalDigest() throws -> Digest128? { try statement.optionalDigest(next()) }
  mutating func bool() -> Bool { int() != 0 }
  mutating func instant() -> Instant { Instant(milliseconds: int()) }
  mutating func optionalInstant() -> Instant? { optionalInt().map(Instant.init(milliseconds:)) }
  mutating func basisPoints() -> BasisPoints { BasisPoints(Int32(clamping: int())) }
  mutating func ordinal<Kind>(_: Kind.Type) -> Ordinal<Kind> { Ordinal(Int(int())) }

  mutating func optionalOrdinal<Kind>(_: Kind.Type) -> Ordinal<Kind>? {
    optionalInt().map { Ordinal(Int($0)) }
  }

  mutating func currency() throws -> Currency {
    let code = text()
    guard let currency = Currency(code: code.string) else { throw fault() }
    return currency
  }

  mutating func coded<Coded: RawRepresentable>(
    _: Coded.Type
  ) throws -> Coded where Coded.RawValue == UInt8 {
    guard let value = Coded(rawValue: UInt8(clamping: int())) else { throw fault() }
    return value
  }

  mutating func optionalCoded<Coded: RawRepresentable>(
    _: Coded.Type
  ) throws -> Coded? where Coded.RawValue == UInt8 {
    guard let number = optionalInt() else { return nil }
    guard let value = Coded(rawValue: UInt8(clamping: number)) else { throw fault() }
    return value
  }

  /// Passes columns that are of no use here.
  mutating func skip(_ count: Int32) { column += count }

  private func fault() -> StoreRowFault { StoreRowFault(column: column, sql: statement.sql) }
}
