// A conversion as a row of `conversions`.
import Pipeline

/// Reading and writing of one row of `conversions`.
struct StoredConversion {
  var conversion: Conversion
  /// The credit at place 0 with its commission's reward; further ones stand in `credits`.
  var first: StoredCredit?
  var creditCount: Int64

  static let columns = """
    no, program, order_id, run, occurred_at, updated_at, content, file, line, code, click_id, \
    visitor, customer, email, email_domain, ip, currency, amount_minor, refunded_minor, \
    returned_minor, order_status, sku, category, status, reason, evidence, model, flags, \
    score_bps, code_counts, decided, closed, generation, credits, \(StoredCredit.columns)
    """
  static let columnCount = 34 + StoredCredit.columnCount

  /// Reads a whole row.
  init(_ statement: Statement) throws {
    var cursor = ColumnCursor(statement)
    let number = cursor.int()
    cursor.skip(1)
    let id = OrderID(cursor.text())
    cursor.skip(1)
    let occurredAt = cursor.instant()
    let updatedAt = cursor.optionalInstant()
    let content = try cursor.digest()
    let origin = StoredOrigin(file: cursor.int(), line: Int32(clamping: cursor.int()))
    let order = try Self.facts(&cursor, id, occurredAt, updatedAt)
    conversion = Conversion(order: order, content: content, origin: origin)
    conversion.storedRow = number
    conversion.status = try cursor.coded(Conversion.Status.self)
    conversion.reason = try cursor.optionalCoded(UnattributedReason.self)
    conversion.evidence = try cursor.optionalCoded(Evidence.self)
    conversion.model = try cursor.optionalCoded(AttributionModel.self)
    conversion.flags = FraudFlags(rawValue: UInt8(clamping: cursor.int()))
    conversion.score = cursor.basisPoints()
    conversion.codeItselfCounts = cursor.bool()
    conversion.wasDecided = cursor.bool()
    conversion.isClosed = cursor.bool()
    conversion.generation = Int32(clamping: cursor.int())
    creditCount = cursor.int()
    first = try StoredCredit(&cursor)
    if let first { conversion.credits = [first.credit] }
  }

  private static func facts(
    _ cursor: inout ColumnCursor, _ id: OrderID, _ occurredAt: Instant, _ updatedAt: Instant?
  ) throws -> OrderFacts {
    let code = cursor.optionalText()
    let clickID = cursor.optionalText()
    let visitor = try cursor.optionalDigest()
    let customer = try cursor.optionalDigest()
    let email = try cursor.optionalDigest()
    let emailDomain = try cursor.optionalDigest()
    let ip = try cursor.optionalDigest()
    let currency = try cursor.currency()
    let amount = cursor.int()
    let refunded = cursor.optionalInt()
    cursor.skip(1)
    let status = try cursor.coded(OrderStatus.self)
    let sku = cursor.optionalText()
    return OrderFacts(
      id: id, occurredAt: occurredAt, updatedAt: updatedAt, code: code, clickID: clickID,
      visitor: visitor, customer: customer, email: email, emailDomain: emailDomain, ip: ip,
      currency: currency, amountMinor: amount, refundedMinor: refunded, status: status, sku: sku,
      category: cursor.optionalText())
  }

  /// Binds a whole row.
  static func bind(
    _ conversion: Conversion, _ first: StoredCredit?, program: ProgramOrdinal, run: Int64,
    to statement: Statement
  ) throws {
    var cursor = ParameterCursor(statement)
    let order = conversion.order
    try cursor.bind(conversion.storedRow)
    try cursor.bind(program)
    try cursor.bind(order.id)
    try cursor.bind(run)
    try cursor.bind(order.occurredAt)
    try cursor.bind(order.updatedAt)
    try cursor.bind(conversion.content)
    try cursor.bind(conversion.origin.file)
    try cursor.bind(conversion.origin.line)
    try bind(order, to: &cursor)
    try cursor.bind(conversion.status)
    try cursor.bind(conversion.reason)
    try cursor.bind(conversion.evidence)
    try cursor.bind(conversion.model)
    try cursor.bind(Int64(conversion.flags.rawValue))
    try cursor.bind(conversion.score)
    try cursor.bind(conversion.codeItselfCounts)
    try cursor.bind(conversion.wasDecided)
    try cursor.bind(conversion.isClosed)
    try cursor.bind(conversion.generation)
    try cursor.bind(Int64(conversion.credits.count))
    guard let first else { return try cursor.bindNulls(StoredCredit.columnCount) }
    try first.bind(to: &cursor)
  }

  private static func bind(_ order: OrderFacts, to cursor: inout ParameterCursor) throws {
    try cursor.bind(order.code)
    try cursor.bind(order.clickID)
    try cursor.bind(order.visitor)
    try cursor.bind(order.customer)
    try cursor.bind(order.email)
    try cursor.bind(order.emailDomain)
    try cursor.bind(order.ip)
    try cursor.bind(order.currency)
    try cursor.bind(order.amountMinor)
    try cursor.bind(order.refundedMinor)
    try cursor.bind(order.returnedMinor)
    try cursor.bind(order.status)
    try cursor.bind(order.sku)
    try cursor.bind(order.category)
  }
}
