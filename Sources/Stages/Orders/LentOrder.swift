// A row of an orders file whose texts are still where they were read: no text is made of what only
// becomes a record.
import Pipeline

/// One row of an orders file, with texts that its batch lends. Fields that it leaves out are nil.
struct LentOrder {
  var origin: RowOrigin
  var content = Digest128(high: 0, low: 0)
  var program: ProgramOrdinal
  var id: ByteView
  var occurredAt: Instant
  var amount: WrittenAmount
  var isCorrection = false
  var currency: Currency?
  var status: OrderStatus?
  var updatedAt: Instant?
  var refunded: WrittenAmount?
  var code: ByteView?
  var clickID: ByteView?
  var sku: ByteView?
  var category: ByteView?
  var visitor: Digest128?
  var customer: Digest128?
  var email: Digest128?
  var emailDomain: Digest128?
  var ip: Digest128?

  init(
    origin: RowOrigin, program: ProgramOrdinal, id: ByteView, occurredAt: Instant,
    amount: WrittenAmount
  ) {
    self.origin = origin
    self.program = program
    self.id = id
    self.occurredAt = occurredAt
    self.amount = amount
  }

  /// The row with texts of its own.
  var row: OrderRow {
    var row = OrderRow(
      origin: origin, content: content, program: program, id: OrderID(id.text()),
      occurredAt: occurredAt, amount: amount)
    row.isCorrection = isCorrection
    row.currency = currency
    row.status = status
    row.updatedAt = updatedAt
    row.refunded = refunded
    row.code = code?.text()
    row.clickID = clickID?.text()
    row.sku = sku?.text()
    row.category = category?.text()
    row.visitor = visitor
    row.customer = customer
    row.email = email
    row.emailDomain = emailDomain
    row.ip = ip
    return row
  }

  /// Lends a row for the length of a call.
  ///
  /// - Parameter room: Takes its texts.
  static func lending(
    _ row: borrowing OrderRow, in room: ContentBuffer, _ body: (borrowing LentOrder) -> Void
  ) {
    room.truncate(to: 0)
    let texts = [row.id.text, row.code, row.clickID, row.sku, row.category]
    var ends = [0]
    for text in texts {
      if let text { ByteView.lendBytes(of: text) { room.append($0) } }
      ends.append(room.count)
    }
    // Nothing is appended from here on, so views into the room stay good.
    func view(_ place: Int) -> ByteView? {
      texts[place].map { _ in room.view(from: ends[place], to: ends[place + 1]) }
    }
    var order = LentOrder(
      origin: row.origin, program: row.program, id: room.view(from: 0, to: ends[1]),
      occurredAt: row.occurredAt, amount: row.amount)
    order.content = row.content
    order.isCorrection = row.isCorrection
    order.currency = row.currency
    order.status = row.status
    order.updatedAt = row.updatedAt
    order.refunded = row.refunded
    order.code = view(1)
    order.clickID = view(2)
    order.sku = view(3)
    order.category = view(4)
    order.visitor = row.visitor
    order.customer = row.customer
    order.email = row.email
    order.emailDomain = row.emailDomain
    order.ip = row.ip
    body(order)
  }
}
