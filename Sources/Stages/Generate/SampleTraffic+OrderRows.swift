// Orders as rows of a file.

extension SampleTraffic {
  static let orderColumns = [
    "order_id", "occurred_at", "program_id", "code", "click_id", "visitor_id", "customer_id",
    "customer_email", "ip", "amount", "amount_minor", "currency", "status", "refunded_amount",
    "sku", "category", "updated_at", "metadata",
  ]

  /// Money, status and time of an order as one row states them.
  private struct Statement {
    /// Minor units.
    var amount: Int
    var status = "paid"
    /// Minor units; nil for an empty cell.
    var refunded: Int?
    var updatedAt: Int64?
    /// What stands in place of the amount, the instant, the program and the status.
    var amountText: String?
    var instantText: String?
    var programText: String?
  }

  /// Adds an order's row.
  func appendOrder(_ row: Int, to sheet: inout SampleSheet, _ summary: inout SampleFileSummary) {
    switch fate(ofOrder: row) {
    case .duplicate(let source):
      summary.duplicates += 1
      append(order(source), first(order(source)), to: &sheet)
    case .malformed(let way):
      summary.malformed += 1
      appendMalformedOrder(row, way, to: &sheet)
    case .late:
      summary.late += 1
      append(order(row), first(order(row)), to: &sheet)
    case .amendment(let target):
      summary.amendments += 1
      let order = order(target)
      append(order, amended(order, by: row), to: &sheet)
    case .plain, .tie, .flood:
      let order = order(row)
      append(order, first(order), to: &sheet)
    }
  }

  /// What an order's first row states: for one in 25 that it is refunded already.
  private func first(_ order: SampleOrder) -> Statement {
    var random = orderDetails.sequence(order.row)
    var statement = Statement(amount: order.amount)
    if random.below(5) > 0 { statement.updatedAt = order.instant }
    switch random.below(100) {
    case 0, 1: statement.status = "refunded"
    case 2, 3:
      statement.status = "partially_refunded"
      statement.refunded = refund(of: order, sixteenths: 1 + random.below(15))
    case 4: statement.status = "cancelled"
    case 5: statement.refunded = refund(of: order, sixteenths: 1)
    default: break
    }
    return statement
  }

  /// A part of an amount, at least one minor unit.
  private func refund(of order: SampleOrder, sixteenths: Int) -> Int {
    max(1, order.amount * sixteenths / 16)
  }

  /// What a later row states about an order: mostly refunds.
  private func amended(_ order: SampleOrder, by row: Int) -> Statement {
    let night = orders.night(of: row)
    var random = amendments.sequence(row)
    let due = orders.instant(of: row, in: night) + Int64(random.below(orders.gap(in: night)))
    var statement = Statement(amount: order.amount)
    let end = calendar.end(of: night) - 1
    statement.updatedAt = min(max(due, order.instant + 1_000), end)
    switch random.below(20) {
    case 0..<8: statement.status = "refunded"
    case 8..<14:
      statement.status = "partially_refunded"
      statement.refunded = refund(of: order, sixteenths: 1 + random.below(15))
    case 14..<17:
      statement.amount = order.amount + 1 + random.below(500)
      // An empty cell would keep what was refunded before.
      if options.isCore { statement.refunded = 0 }
    case 17, 18: statement.status = "cancelled"
    default: statement.status = "chargeback"
    }
    return statement
  }

  private func appendMalformedOrder(_ row: Int, _ way: Int, to sheet: inout SampleSheet) {
    let order = order(row)
    var statement = first(order)
    let way = way % 13
    switch way {
    case 0: statement.instantText = "yesterday"
    case 1: statement.instantText = "2026-13-01T00:00:00Z"
    case 2: statement.amountText = "abc"
    case 3: statement.amountText = "12.3x"
    case 4: statement.amountText = "-5.00"
    case 5: statement.amountText = "12.345"
    case 6: statement.amountText = ""
    case 7: statement.programText = "prog_none"
    case 8: statement.status = "shipped"
    case 9: statement.instantText = "9999-12-31T23:59:59Z"
    default: break
    }
    append(order, statement, to: &sheet)
    switch way {
    case 10: sheet.cutRow()
    case 11: sheet.lengthenRow()
    case 12: sheet.spoilEncoding()
    default: break
    }
  }

  private func append(_ order: SampleOrder, _ statement: Statement, to sheet: inout SampleSheet) {
    var random = orderDetails.sequence(order.row)
    // The first ones are those of the statement.
    for _ in 0..<4 { _ = random.next() }
    let choices = random.next()
    sheet.beginRow()
    sheet.identifier(Self.orderPrefix, order.row, width: 9)
    if let text = statement.instantText {
      sheet.text(text)
    } else {
      sheet.instant(order.instant)
    }
    appendEvidence(order, statement, to: &sheet)
    appendCustomer(order, choices, to: &sheet)
    if let block = order.sharedAddress {
      appendAddress(192, 0, 2, 1 + block % 254, to: &sheet)
    } else if choices & 7 == 0 {
      sheet.absent()
    } else {
      appendAddress(ofClick: order.click, order.visitor, to: &sheet)
    }
    appendMoney(order, statement, choices >> 3, to: &sheet)
    appendGoods(choices >> 28, &random, to: &sheet)
    if let instant = statement.updatedAt { sheet.instant(instant) } else { sheet.absent() }
    if (choices >> 60) == 0 {
      sheet.structure(
        "{\"channel\":\"app\",\"note\":\"gift, \\\"no bill\\\"\",\"items\":\(1 + order.row % 4)}")
    } else {
      sheet.absent()
    }
    sheet.endRow()
  }

  /// program_id, code, click_id and visitor_id.
  private func appendEvidence(
    _ order: SampleOrder, _ statement: Statement, to sheet: inout SampleSheet
  ) {
    if let text = statement.programText {
      sheet.text(text)
    } else if namesProgram(order) {
      sheet.identifier(Self.programPrefix, order.program, width: 4)
    } else {
      sheet.absent()
    }
    if let code = order.code {
      sheet.beginWord()
      registry.put(code: code, in: &sheet)
      sheet.endWord()
    } else {
      sheet.absent()
    }
    if order.evidence == .clickID, let click = order.click {
      sheet.identifier(Self.clickPrefix, click, width: 10)
    } else {
      sheet.absent()
    }
    switch order.evidence {
    case .clickID, .visitor, .stranger:
      let isPrint = order.click.map(hasFingerprint) ?? false
      let prefix = isPrint ? Self.fingerprintPrefix : Self.visitorPrefix
      appendVisitor(order.visitor, prefix: prefix, to: &sheet)
    case .code, .codeWithoutClick, .none: sheet.absent()
    }
  }

  /// One in six that have a code name no program; in the core all do.
  func namesProgram(_ order: SampleOrder) -> Bool {
    options.isCore || order.code == nil || order.row % 6 != 5
  }

  /// customer_id and customer_email.
  private func appendCustomer(
    _ order: SampleOrder, _ choices: UInt64, to sheet: inout SampleSheet
  ) {
    switch order.customer {
    case .velocity(let block):
      sheet.identifier(Self.velocityPrefix, block, width: 6)
      sheet.text("eager.\(block)@example.com")
    case .affiliate(let affiliate):
      sheet.absent()
      let email = registry.email(ofAffiliate: affiliate)
      // The same mailbox, as people write it who hope that nobody will notice.
      sheet.text(
        order.row % 400 == 77 ? email.uppercased() : email.replacingFirstAt(with: "+shop@"))
    case .visitor(let visitor):
      sheet.identifier(Self.customerPrefix, visitor, width: 7)
      let isDisposable = visitor % 97 == 13 && !options.isCore
      let domains = isDisposable ? SampleWords.disposableDomains : SampleWords.mailDomains
      sheet.beginWord()
      sheet.put(Self.mailPrefix)
      sheet.put(visitor)
      sheet.put(Self.at)
      sheet.put(domains[visitor % domains.count])
      sheet.endWord()
    }
  }

  /// amount, amount_minor, currency, status and refunded_amount.
  private func appendMoney(
    _ order: SampleOrder, _ statement: Statement, _ choices: UInt64, to sheet: inout SampleSheet
  ) {
    // Two in a hundred are paid in another currency than the program's, two do not say.
    let part = SampleRandom.scaled(choices << 40, below: 100)
    let program = part < 2 ? order.program + 1 : order.program
    let isWhole = registry.hasWholeAmounts(program)
    if let text = statement.amountText {
      if text.isEmpty { sheet.absent() } else { sheet.text(text) }
      sheet.absent()
    } else if choices & 3 == 0 {
      sheet.absent()
      sheet.number(statement.amount)
    } else {
      appendAmount(statement.amount, isWhole: isWhole, style: Int(choices >> 2) & 15, to: &sheet)
      sheet.absent()
    }
    if part == 2 || part == 3 {
      sheet.absent()
    } else {
      sheet.text(registry.currency(of: program))
    }
    sheet.text(statement.status)
    if let refunded = statement.refunded {
      appendAmount(refunded, isWhole: isWhole, style: 15, to: &sheet)
    } else {
      sheet.absent()
    }
  }

  /// Major units: with one place where the second is a zero, or with none, if the style is 0.
  private func appendAmount(
    _ minor: Int, isWhole: Bool, style: Int, to sheet: inout SampleSheet
  ) {
    guard !isWhole else { return sheet.number(minor) }
    sheet.number(minor / 100)
    if style == 0, minor % 100 == 0 { return }
    sheet.put(Self.point)
    if style == 0, minor % 10 == 0 {
      sheet.put(minor / 10 % 10)
    } else {
      sheet.put(minor % 100, width: 2)
    }
  }

  /// sku and category.
  private func appendGoods(
    _ choices: UInt64, _ random: inout SampleRandom, to sheet: inout SampleSheet
  ) {
    let item = random.skewed(below: 30_000)
    if choices & 0x1F == 0 {
      sheet.text("Tee, \"XL\" #\(item)")
    } else {
      sheet.identifier(Self.skuPrefix, item, width: 5)
    }
    if (choices >> 5) & 3 == 0 {
      sheet.absent()
    } else {
      sheet.word(SampleWords.categories[item % SampleWords.categories.count])
    }
  }

  static let programPrefix = Array("prog_".utf8)
  static let customerPrefix = Array("cust_".utf8)
  static let orderPrefix = Array("o_".utf8)
  private static let velocityPrefix = Array("eager_".utf8)
  private static let skuPrefix = Array("SKU-".utf8)
  private static let mailPrefix = Array("user".utf8)
  private static let at = Array("@".utf8)
  private static let point = Array(".".utf8)
}

extension String {
  /// The text with something else in place of its first `@`.
  fileprivate func replacingFirstAt(with text: String) -> String {
    guard let at = utf8.firstIndex(of: 0x40) else { return self }
    return self[..<at] + text + self[utf8.index(after: at)...]
  }
}
