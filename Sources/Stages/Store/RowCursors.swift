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

extension RowBatch {
  func append(_ value: Int32) { append(Int64(value)) }
  func append(_ value: Bool) { append(value ? 1 : 0 as Int64) }
  func append(_ value: Instant) { append(value.milliseconds) }
  func append(_ value: Instant?) { append(value?.milliseconds) }
  func append(_ value: BasisPoints) { append(Int64(value.value)) }
  /// Appends a currency as the number that its letters make.
  func append(_ value: Currency) { append(Int64(value.packed)) }
  /// Appends a currency's code.
  func append(codeOf value: Currency) { append(Text(value.code)) }
  func append<Kind>(_ value: Ordinal<Kind>) { append(Int64(value.index)) }
  func append<Kind>(_ value: Identifier<Kind>) { append(value.text) }
  func append<Coded: RawRepresentable>(_ value: Coded) where Coded.RawValue == UInt8 {
    append(Int64(value.rawValue))
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
  private(set) var column: Int32 = -1

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

  /// A currency that stands there as a number, its letters one byte each.
  mutating func packedCurrency() throws -> Currency {
    guard let packed = UInt32(exactly: int()), packed >> 24 == 0, packed != 0 else {
      throw fault()
    }
    return Currency(packed: packed)
  }

  mutating func rest() throws -> ConversionRest {
    guard let text = optionalText() else { return ConversionRest() }
    guard let rest = ConversionRest(text) else { throw fault() }
    return rest
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

  func fault() -> StoreRowFault { StoreRowFault(column: column, sql: statement.sql) }
}
