// `export conversions`: one row per credited touch, or one with none.
import Pipeline

extension Export {
  /// By (program_id, order_id, code, click_at, click_id).
  func writeConversions(from database: Database, to table: inout TableWriter) throws {
    var exporter = try ConversionExporter(database)
    try database.forEachRow(conversionQuery, parameters) { row in
      try exporter.write(&row, to: &table)
    }
  }

  /// All of them in the order of two indexes; those of one run found first and sorted then.
  private var conversionQuery: String {
    let source =
      run == nil
      ? "programs p CROSS JOIN conversions c ON c.program = p.no"
      : "conversions c CROSS JOIN programs p ON p.no = c.program WHERE c.run = ?1"
    return """
      SELECT p.program_id, c.no, c.order_id, c.occurred_at, c.currency, c.amount_minor,
        c.returned_minor, c.status, c.reason, c.evidence, c.model, c.flags, c.score_bps, c.credits,
        \(StoredCredit.columns)
      FROM \(source) ORDER BY p.program_id, c.order_id
      """
  }
}

/// What of a conversion is the same in each of its rows.
private struct ConversionRow {
  var program: Text
  var number: Int64
  var order: Text
  var occurredAt: Instant
  var currency: Text
  var amount: Int64
  var returned: Int64
  var status: Conversion.Status
  var reason: UnattributedReason?
  var evidence: Evidence?
  var model: AttributionModel?
  var flags: FraudFlags
  var score: BasisPoints
  var credits: Int64

  init(_ row: inout ColumnCursor) throws {
    program = row.text()
    number = row.int()
    order = row.text()
    occurredAt = row.instant()
    currency = row.text()
    amount = row.int()
    returned = row.int()
    status = try row.coded(Conversion.Status.self)
    reason = try row.optionalCoded(UnattributedReason.self)
    evidence = try row.optionalCoded(Evidence.self)
    model = try row.optionalCoded(AttributionModel.self)
    flags = FraudFlags(rawValue: UInt8(clamping: row.int()))
    score = row.basisPoints()
    credits = row.int()
  }

  var isAttributed: Bool { status != .unattributed }
}

/// Writes conversions with the ids of what they refer to.
private struct ConversionExporter {
  private let affiliates: ReferenceNames
  private let codes: ReferenceNames
  private let further: Statement

  init(_ database: Database) throws {
    affiliates = try ReferenceNames("affiliate_id", of: "affiliates", in: database)
    codes = try ReferenceNames("code", of: "codes", in: database)
    further = try database.prepare(
      "SELECT \(StoredCredit.columns) FROM credits WHERE conversion = ? ORDER BY place")
  }

  /// Writes the rows of one conversion.
  mutating func write(_ row: inout ColumnCursor, to table: inout TableWriter) throws {
    let conversion = try ConversionRow(&row)
    guard let first = try StoredCredit(&row), conversion.isAttributed else {
      return try write(conversion, nil, to: &table)
    }
    guard conversion.credits > 1 else { return try write(conversion, first.credit, to: &table) }
    for credit in try sorted(first.credit, conversion) { try write(conversion, credit, to: &table) }
  }

  private func sorted(_ first: Credit, _ conversion: ConversionRow) throws -> [Credit] {
    var credits = [first]
    try further.bind(int: conversion.number, at: 1)
    while try further.step() {
      var cursor = ColumnCursor(further)
      if let stored = try StoredCredit(&cursor) { credits.append(stored.credit) }
    }
    let keyed = try credits.map { (try codes.name(Int64($0.code.index)), $0) }
    return keyed.sorted { left, right in
      (left.0, left.1.clickAt ?? .distantPast, left.1.clickID)
        < (right.0, right.1.clickAt ?? .distantPast, right.1.clickID)
    }.map(\.1)
  }

  private func write(
    _ conversion: ConversionRow, _ credit: Credit?, to table: inout TableWriter
  ) throws {
    let program = ProgramID(conversion.program)
    table.append(conversionID(program: program, order: OrderID(conversion.order)))
    table.append(conversion.program)
    table.append(conversion.order)
    table.append(conversion.occurredAt)
    table.append(conversion.status.word)
    table.append(conversion.isAttributed ? nil : conversion.reason.map { Text($0.word) })
    table.append(conversion.isAttributed ? conversion.evidence.map { Text($0.word) } : nil)
    table.append(conversion.isAttributed ? conversion.model.map { Text($0.word) } : nil)
    if let credit { try writeWinner(credit, to: &table) } else { table.appendAbsent(4) }
    table.append(conversion.currency)
    table.append(conversion.amount)
    table.append(conversion.returned)
    table.append(conversion.amount - conversion.returned)
    if let credit { writeMoney(credit, to: &table) } else { table.appendAbsent(6) }
    if conversion.isAttributed {
      table.append(conversion.score.score)
      table.append(conversion.flags.text)
    } else {
      table.appendAbsent(2)
    }
    try table.endRow()
  }

  private func writeWinner(_ credit: Credit, to table: inout TableWriter) throws {
    table.append(try affiliates.name(Int64(credit.affiliate.index)))
    table.append(try codes.name(Int64(credit.code.index)))
    table.append(credit.clickID)
    table.append(credit.clickAt)
  }

  private func writeMoney(_ credit: Credit, to table: inout TableWriter) {
    if case .rate(let rate) = credit.earning {
      table.append(Int64(rate.value))
    } else {
      table.appendAbsent()
    }
    table.append(credit.rule.word)
    table.append(credit.tier)
    table.append(credit.commissionMinor)
    table.append(credit.payoutMinor)
    table.append(credit.platformFeeMinor)
  }
}
