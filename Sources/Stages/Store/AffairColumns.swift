// Rewards, payouts and referrals as rows of their tables.
import Pipeline

extension Reward {
  static let columns = """
    no, id, run, type, program, affiliate, order_id, referral_id, credit, generation, sequence, \
    currency, amount_minor, state, occurred_at, payable_at, payout
    """
  static let columnCount = 17

  init(_ statement: Statement) throws {
    var cursor = ColumnCursor(statement)
    let number = cursor.int()
    let id = try cursor.digest()
    cursor.skip(1)
    let type = try cursor.coded(RewardType.self)
    cursor.skip(1)
    let affiliate = cursor.ordinal(Affiliate.self)
    let order = cursor.optionalText().map { OrderID($0) }
    let referral = cursor.optionalText().map { ReferralID($0) }
    let credit = Int32(clamping: cursor.int())
    let generation = Int32(clamping: cursor.int())
    let sequence = Int32(clamping: cursor.int())
    let currency = try cursor.currency()
    let amount = cursor.int()
    let state = try cursor.coded(State.self)
    let occurredAt = cursor.instant()
    self.init(
      id: id, type: type, affiliate: affiliate, order: order, referral: referral,
      currency: currency, amountMinor: amount, state: state, occurredAt: occurredAt,
      payableAt: cursor.instant())
    payout = cursor.optionalText()
    self.credit = credit
    self.generation = generation
    self.sequence = sequence
    storedRow = number
  }

  func bind(program: ProgramOrdinal, run: Int64, to statement: Statement) throws {
    var cursor = ParameterCursor(statement)
    try cursor.bind(storedRow)
    try cursor.bind(id)
    try cursor.bind(run)
    try cursor.bind(type)
    try cursor.bind(program)
    try cursor.bind(affiliate)
    try cursor.bind(order?.text)
    try cursor.bind(referral?.text)
    try cursor.bind(credit)
    try cursor.bind(generation)
    try cursor.bind(sequence)
    try cursor.bind(currency)
    try cursor.bind(amountMinor)
    try cursor.bind(state)
    try cursor.bind(occurredAt)
    try cursor.bind(payableAt)
    try cursor.bind(payout)
  }
}

extension Payout {
  static let columns = """
    no, payout_id, batch_id, run, program, affiliate, affiliate_name, email, method, currency, \
    amount_minor, rewards, period_start, period_end, status, retry_count, awaits_retry, \
    transaction_id, transaction_hash, processed_at, failed_reason, emitted_run
    """
  static let columnCount = 22

  init(_ statement: Statement) throws {
    var cursor = ColumnCursor(statement)
    let number = cursor.int()
    let id = cursor.text()
    let batch = cursor.text()
    cursor.skip(2)
    let affiliate = cursor.ordinal(Affiliate.self)
    let name = cursor.optionalText()
    let email = cursor.text()
    let method = try cursor.coded(PaymentMethod.self)
    let currency = try cursor.currency()
    let amount = cursor.int()
    let rewards = cursor.int()
    let start = cursor.instant()
    self.init(
      id: id, batch: batch, affiliate: affiliate, method: method, email: email, currency: currency,
      amountMinor: amount, rewards: rewards, periodStart: start, periodEnd: cursor.instant())
    affiliateName = name
    status = try cursor.coded(Status.self)
    retryCount = cursor.int()
    awaitsRetry = cursor.bool()
    transactionID = cursor.optionalText()
    transactionHash = cursor.optionalText()
    processedAt = cursor.optionalInstant()
    failedReason = cursor.optionalText()
    emittedRun = cursor.int()
    storedRow = number
  }

  func bind(program: ProgramOrdinal, run: Int64, to statement: Statement) throws {
    var cursor = ParameterCursor(statement)
    try cursor.bind(storedRow)
    try cursor.bind(id)
    try cursor.bind(batch)
    try cursor.bind(run)
    try cursor.bind(program)
    try cursor.bind(affiliate)
    try cursor.bind(affiliateName)
    try cursor.bind(email)
    try cursor.bind(method)
    try cursor.bind(currency)
    try cursor.bind(amountMinor)
    try cursor.bind(rewards)
    try cursor.bind(periodStart)
    try cursor.bind(periodEnd)
    try cursor.bind(status)
    try cursor.bind(retryCount)
    try cursor.bind(awaitsRetry)
    try cursor.bind(transactionID)
    try cursor.bind(transactionHash)
    try cursor.bind(processedAt)
    try cursor.bind(failedReason)
    try cursor.bind(isEmitted ? run : emittedRun)
  }
}

extension Referral {
  static let columns = """
    no, referral_id, run, program, code, affiliate, occurred_at, status, lead_name, lead_email, \
    lead_key, estimated_value, referred_id, metadata, content, file, line, decided_at, decided_by, \
    review_notes
    """
  static let columnCount = 20

  init(_ statement: Statement) throws {
    var cursor = ColumnCursor(statement)
    let number = cursor.int()
    let id = ReferralID(cursor.text())
    cursor.skip(1)
    let program = cursor.ordinal(Program.self)
    let code = cursor.ordinal(AffiliateCode.self)
    let affiliate = cursor.ordinal(Affiliate.self)
    let occurredAt = cursor.instant()
    let status = try cursor.coded(Status.self)
    let name = cursor.optionalText()
    let email = cursor.optionalText()
    let key = try cursor.optionalDigest()
    let value = cursor.optionalText()
    let referred = cursor.optionalText()
    let metadata = cursor.optionalText()
    let content = try cursor.digest()
    self.init(
      id: id, program: program, code: code, affiliate: affiliate, occurredAt: occurredAt,
      content: content, origin: RowOrigin(file: -1, line: 0))
    self.status = status
    leadName = name
    leadEmail = email
    leadKey = key
    estimatedValue = value
    referredID = referred
    self.metadata = metadata
    storedOrigin = StoredOrigin(file: cursor.int(), line: Int32(clamping: cursor.int()))
    decidedAt = cursor.optionalInstant()
    decidedBy = cursor.optionalText()
    reviewNotes = cursor.optionalText()
    storedRow = number
  }

  func bind(run: Int64, origin: StoredOrigin, to statement: Statement) throws {
    var cursor = ParameterCursor(statement)
    try cursor.bind(storedRow)
    try cursor.bind(id)
    try cursor.bind(run)
    try cursor.bind(program)
    try cursor.bind(code)
    try cursor.bind(affiliate)
    try cursor.bind(occurredAt)
    try cursor.bind(status)
    try cursor.bind(leadName)
    try cursor.bind(leadEmail)
    try cursor.bind(leadKey)
    try cursor.bind(estimatedValue)
    try cursor.bind(referredID)
    try cursor.bind(metadata)
    try cursor.bind(content)
    try cursor.bind(origin.file)
    try cursor.bind(origin.line)
    try cursor.bind(decidedAt)
    try cursor.bind(decidedBy)
    try cursor.bind(reviewNotes)
  }
}
