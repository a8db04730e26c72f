// One row of an orders file: the hot one of these kinds, read half a million times a night.
public import Pipeline

/// Reads the rows of orders files. One for each thread: it keeps room for its work.
public final class OrderDecoder {
  /// The native columns.
  public static let layout = RowLayout(
    .orders,
    [
      .init("order_id", required: true), .init("occurred_at", .instant, required: true),
      .init("program_id"), .init("code"), .init("click_id"), .init("visitor_id"),
      .init("customer_id"), .init("customer_email"), .init("ip"), .init("amount", .decimal),
      .init("amount_minor", .integer), .init("currency"), .init("status"),
      .init("refunded_amount", .decimal), .init("sku"), .init("category"),
      .init("updated_at", .instant), .init("metadata", .json),
    ])

  /// Places of the columns in ``layout``.
  private enum Column {
    static let orderID = 0
    static let occurredAt = 1
    static let programID = 2
    static let code = 3
    static let clickID = 4
    static let visitorID = 5
    static let customerID = 6
    static let customerEmail = 7
    static let ip = 8
    static let amount = 9
    static let amountMinor = 10
    static let currency = 11
    static let status = 12
    static let refundedAmount = 13
    static let sku = 14
    static let category = 15
    static let updatedAt = 16
    static let metadata = 17
  }

  private static let statuses: [(StaticString, OrderStatus)] = [
    ("paid", .paid), ("refunded", .refunded), ("partially_refunded", .partiallyRefunded),
    ("cancelled", .cancelled), ("chargeback", .chargeback),
  ]

  private let registry: Registry
  private let asOf: Instant
  private let ipKey: ContentHash.Key
  private let programs: ProgramIndex
  private let content = TypedContent(layout)
  private let fields = RowFields(count: layout.columns.count)
  private let emailKeys = EmailKeys()

  /// - Parameter registry: As of this run: it names the programmes.
  /// - Parameter asOf: The run's instant; an order after it is `in_future`.
  /// - Parameter ipKey: The workspace's key for IP addresses.
  public init(registry: Registry, asOf: Instant, ipKey: ContentHash.Key) {
    self.registry = registry
    self.asOf = asOf
    self.ipKey = ipKey
    programs = ProgramIndex(registry)
  }

  /// Reads a row and finds its programme.
  public func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Decoded<OrderRow> {
    decode(batch, row, origin, findsProgram: true)
  }

  /// Reads a row by its form and types alone; its programme is left open.
  func decodeForm(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin
  ) -> Decoded<OrderRow> {
    decode(batch, row, origin, findsProgram: false)
  }

  private func decode(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, findsProgram: Bool
  ) -> Decoded<OrderRow> {
    if let order = plainOrder(batch, row, origin, findsProgram: findsProgram) {
      return .row(order.row)
    }
    return carefully(batch, row, origin, findsProgram: findsProgram)
  }

  /// Reads a row and finds its programme, without making texts of it.
  ///
  /// - Returns: nil at the slightest doubt; then ``carefully(_:_:_:findsProgram:)`` has the word.
  func lend(_ batch: RecordBatch, _ row: Int, _ origin: RowOrigin) -> LentOrder? {
    plainOrder(batch, row, origin, findsProgram: true)
  }

  /// Reads any row, and says what is wrong with it.
  func carefully(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, findsProgram: Bool
  ) -> Decoded<OrderRow> {
    var reader = RowReader(batch, row, origin, Self.layout)
    demandAlternatives(&reader, findsProgram: findsProgram)
    let id = reader.text(Column.orderID)
    let occurredAt = reader.instant(Column.occurredAt)
    var order = OrderRow(
      origin: origin, content: Digest128(high: 0, low: 0), program: ProgramOrdinal(0),
      id: OrderID(id ?? ""), occurredAt: occurredAt ?? asOf,
      amount: WrittenAmount(digits: 0, fractionDigits: 0, isMinor: true))
    let program = readEvidence(&reader, into: &order)
    order.isCorrection = isCorrection(batch, row, reader)
    readMoney(&reader, into: &order)
    order.sku = reader.text(Column.sku)
    order.category = reader.text(Column.category)
    order.updatedAt = reader.instant(Column.updatedAt)
    if reader.isPresent(Column.metadata) { _ = reader.json(Column.metadata) }
    checkAmounts(order, &reader)
    reader.demand(occurredAt, notAfter: asOf, Column.occurredAt)
    if findsProgram, !reader.isRejected { resolve(program, &reader, into: &order) }
    if let rejection = reader.rejection { return .rejected(rejection) }
    order.content = content.digest(batch, row).halved
    return .row(order)
  }

  /// Judges the amounts of a row that states its currency; without one they wait until the order's
  /// is known.
  private func checkAmounts(_ order: OrderRow, _ reader: inout RowReader) {
    guard !reader.isRejected, let currency = order.currency else { return }
    do throws(AmountFault) {
      if order.isCorrection {
        _ = try order.amount.magnitude.minorUnits(in: currency)
        return
      }
      let gross = try order.amount.minorUnits(in: currency)
      guard let refunded = try order.refunded?.minorUnits(in: currency), refunded > gross else {
        return
      }
      throw AmountFault(
        reason: .badValue,
        message: "a refund of \(refunded) minor units is above the amount of \(gross)")
    } catch {
      let column = order.amount.isMinor ? "amount_minor" : "amount"
      reader.reject(column: column, error.reason, error.message)
    }
  }

  /// Demands what one of two columns must state (SPEC 2; SPEC 9, Rows).
  private func demandAlternatives(_ reader: inout RowReader, findsProgram: Bool) {
    guard !reader.isRejected else { return }
    let needsProgram = !reader.batch.isMapped || findsProgram && onlyProgram == nil
    if needsProgram, !reader.isPresent(Column.programID), !reader.isPresent(Column.code) {
      reader.reject(
        column: "program_id", .missingField, "program_id and code are missing; give one of them")
    }
    if !reader.isPresent(Column.amount), !reader.isPresent(Column.amountMinor) {
      reader.reject(
        column: "amount", .missingField, "amount and amount_minor are missing; give one of them")
    }
    if !reader.isPresent(Column.refundedAmount),
      reader.batch.field(reader.row, Column.status).bytes.equals("partially_refunded")
    {
      reader.reject(
        column: "refunded_amount", .missingField,
        "refunded_amount is missing; a partially_refunded order needs it")
    }
  }

  /// Reads what points at a click or a person; returns the program_id's bytes.
  private func readEvidence(
    _ reader: inout RowReader, into order: inout OrderRow
  ) -> ByteView? {
    let program = reader.bytes(Column.programID)
    order.code = reader.text(Column.code)
    order.clickID = reader.text(Column.clickID)
    order.visitor = reader.key(Column.visitorID)
    order.customer = reader.key(Column.customerID)
    if let email = reader.bytes(Column.customerEmail) {
      (order.email, order.emailDomain) = emailKeys.keys(of: email)
    }
    if let ip = reader.bytes(Column.ip) { order.ip = Keys.ip(ip, key: ipKey) }
    return program
  }

  private func readMoney(_ reader: inout RowReader, into order: inout OrderRow) {
    let least: Int64 = order.isCorrection ? -Int64.max : 0
    if let amount = reader.amount(Column.amount, isSigned: order.isCorrection) {
      order.amount = amount
    }
    let minor = reader.value(Column.amountMinor) { field throws(ValueFault) in
      try Self.minorAmount(field, least: least)
    }
    if let minor {
      if reader.isPresent(Column.amount) {
        reader.reject(
          column: "amount_minor", .badValue,
          "amount_minor and amount both have a value; give one of them")
      }
      order.amount = minor
    }
    order.currency = reader.currency(Column.currency)
    if !order.isCorrection { order.status = reader.word(Column.status, Self.statuses) }
    order.refunded = reader.amount(Column.refundedAmount)
  }

  /// Whether a profile says of the row that it changes an order's amount.
  private func isCorrection(_ batch: RecordBatch, _ row: Int, _ reader: RowReader) -> Bool {
    batch.isMapped && reader.isPresent(Column.status)
      && batch.field(row, Column.status).bytes.equals("correction")
  }

  private static func minorAmount(
    _ field: Field, least: Int64
  ) throws(ValueFault) -> WrittenAmount {
    let digits = try field.integer(least...Int64.max)
    return WrittenAmount(digits: digits, fractionDigits: 0, isMinor: true)
  }

  /// Finds the order's programme: by its id, else by its code.
  private func resolve(
    _ program: ByteView?, _ reader: inout RowReader, into order: inout OrderRow
  ) {
    if let program {
      if let ordinal = programs.program(program) {
        order.program = ordinal
      } else {
        reader.reject(
          column: "program_id", .unknownProgram,
          "program_id \(Quoted.text(program.text())) is not registered; register it in a programs file"
        )
      }
    } else if let code = order.code {
      if let ordinal = registry.code(Code(code)) {
        order.program = registry[ordinal].program
      } else if reader.batch.isMapped, let onlyProgram {
        order.program = onlyProgram
      } else {
        reader.reject(
          column: "code", .unknownCode,
          "code \(Quoted.text(code)) is not registered, and no program_id is given; give either")
      }
    } else if let onlyProgram {
      // Only rows of a profile come so far without either.
      order.program = onlyProgram
    }
  }

  /// The programme, where the registry has exactly one: then a partner's export need not name it.
  private var onlyProgram: ProgramOrdinal? {
    registry.programs.count == 1 ? registry.programs.first?.ordinal : nil
  }
}

extension OrderDecoder {
  /// Columns that only a text can fill, not a number of JSON.
  private static var textsOnly: RowFields.Columns {
    [
      .column(Column.occurredAt), .column(Column.updatedAt), .column(Column.currency),
      .column(Column.status),
    ]
  }

  /// The quick way through, for a row in which nothing is wrong, as in almost all.
  ///
  /// - Returns: nil at the slightest doubt; then ``carefully(_:_:_:findsProgram:)`` has the word.
  private func plainOrder(
    _ batch: RecordBatch, _ row: Int, _ origin: RowOrigin, findsProgram: Bool
  ) -> LentOrder? {
    guard batch.fault(row) == nil else { return nil }
    fields.load(batch, row)
    guard fields.others.subtracting(.column(Column.metadata)).isEmpty,
      fields.numbers.isDisjoint(with: Self.textsOnly),
      fields.has(Column.orderID), fields.has(Column.occurredAt),
      fields.has(Column.amount) != fields.has(Column.amountMinor),
      let occurredAt = InstantText.scan(fields[Column.occurredAt]),
      occurredAt <= asOf.milliseconds, let program = plainProgram(findsProgram: findsProgram),
      let amount = plainAmount()
    else { return nil }
    var order = LentOrder(
      origin: origin, program: program, id: fields[Column.orderID],
      occurredAt: Instant(milliseconds: occurredAt), amount: amount)
    fields.know(occurredAt, Column.occurredAt)
    guard readPlainMoney(into: &order), readPlainRest(into: &order) else { return nil }
    order.content = content.digest(fields).halved
    return order
  }

  private func plainProgram(findsProgram: Bool) -> ProgramOrdinal? {
    guard fields.has(Column.programID) || fields.has(Column.code) else { return nil }
    guard findsProgram else { return ProgramOrdinal(0) }
    if fields.has(Column.programID) { return programs.program(fields[Column.programID]) }
    return registry.code(Code(fields[Column.code].text())).map { registry.program(of: $0) }
  }

  private func plainAmount() -> WrittenAmount? {
    if fields.has(Column.amount) { return plainDecimal(Column.amount) }
    guard let digits = try? DecimalText.scanInteger(fields[Column.amountMinor]), digits >= 0
    else { return nil }
    fields.know(digits, Column.amountMinor)
    return WrittenAmount(digits: digits, fractionDigits: 0, isMinor: true)
  }

  private func plainDecimal(_ column: Int) -> WrittenAmount? {
    guard let written = try? DecimalText.scan(fields[column]), written.mantissa >= 0,
      written.scale == written.fractionDigits
    else { return nil }
    fields.know(written.mantissa, fractionDigits: written.scale, column)
    return WrittenAmount(
      digits: written.mantissa, fractionDigits: Int32(clamping: written.fractionDigits),
      isMinor: false)
  }

  /// Reads what goes with the amount; false at any doubt.
  private func readPlainMoney(into order: inout LentOrder) -> Bool {
    if fields.has(Column.status) {
      guard let status = Self.statuses.first(where: { fields[Column.status].equals($0.0) })
      else { return false }
      order.status = status.1
    }
    if fields.has(Column.refundedAmount) {
      guard let refunded = plainDecimal(Column.refundedAmount) else { return false }
      order.refunded = refunded
    } else if order.status == .partiallyRefunded {
      return false
    }
    guard fields.has(Column.currency) else { return true }
    guard let currency = Currency(code: fields[Column.currency]),
      let gross = try? order.amount.minorUnits(in: currency)
    else { return false }
    order.currency = currency
    guard let written = order.refunded else { return true }
    guard let refunded = try? written.minorUnits(in: currency) else { return false }
    return refunded <= gross
  }

  /// Reads what points at a click or a person, and the rest; false at any doubt.
  private func readPlainRest(into order: inout LentOrder) -> Bool {
    if fields.has(Column.updatedAt) {
      guard let updatedAt = InstantText.scan(fields[Column.updatedAt]) else { return false }
      order.updatedAt = Instant(milliseconds: updatedAt)
      fields.know(updatedAt, Column.updatedAt)
    }
    if fields.has(Column.metadata) {
      guard let json = try? JSONValue(fields[Column.metadata].copied()) else { return false }
      fields.know(json)
    }
    if fields.has(Column.code) { order.code = fields[Column.code] }
    if fields.has(Column.clickID) { order.clickID = fields[Column.clickID] }
    if fields.has(Column.sku) { order.sku = fields[Column.sku] }
    if fields.has(Column.category) { order.category = fields[Column.category] }
    if fields.has(Column.visitorID) { order.visitor = Keys.key(of: fields[Column.visitorID]) }
    if fields.has(Column.customerID) { order.customer = Keys.key(of: fields[Column.customerID]) }
    if fields.has(Column.customerEmail) {
      (order.email, order.emailDomain) = emailKeys.keys(of: fields[Column.customerEmail])
    }
    if fields.has(Column.ip) { order.ip = Keys.ip(fields[Column.ip], key: ipKey) }
    return true
  }
}

extension RowReader {
  /// The bytes of a text.
  fileprivate mutating func bytes(_ column: Int) -> ByteView? {
    value(column) { field throws(ValueFault) in try field.textBytes() }
  }

  /// The key of a visitor or a customer.
  fileprivate mutating func key(_ column: Int) -> Digest128? {
    bytes(column).map { Keys.key(of: $0) }
  }

  /// An amount in major units, not negative unless it is signed.
  fileprivate mutating func amount(_ column: Int, isSigned: Bool = false) -> WrittenAmount? {
    value(column) { field throws(ValueFault) in
      let written = try field.decimal()
      guard written.mantissa >= 0 || isSigned else {
        throw ValueFault(.badValue, "must not be negative")
      }
      // Zeros dropped to fit: too many for any currency, or too much for 64 bits.
      guard written.scale == written.fractionDigits || written.fractionDigits > 4 else {
        throw ValueFault(.badValue, "must be an amount whose minor units fit 64 bits")
      }
      return WrittenAmount(
        digits: written.mantissa, fractionDigits: Int32(clamping: written.fractionDigits),
        isMinor: false)
    }
  }
}
