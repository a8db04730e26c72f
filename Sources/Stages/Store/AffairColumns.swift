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

  func append(program: ProgramOrdinal, run: Int64, to batch: RowBatch) throws {
    batch.append(storedRow)
    batch.append(id)
    batch.append(run)
    batch.append(type)
    batch.append(program)
    batch.append(affiliate)
    batch.append(order?.text)
    batch.append(referral?.text)
    batch.append(credit)
    batch.append(generation)
    batch.append(sequence)
    batch.append(codeOf: currency)
    batch.append(amountMinor)
    batch.append(state)
    batch.append(occurredAt)
    batch.append(payableAt)
    batch.append(payout)
    try batch.endRow()
  }
}

extension Payout {
  static let columns = """
    no, payout_id, batch_id, run, program, affiliate, affiliate_name, email, method, currency, \
    amount_minor, rewards, period_start, period_end, status, retry_count, awaits_retry, \
    transaction_id, transaction_hash, processed_at, failed_reason, emitted_run, made_run
    """
  static let columnCount = 23

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
    madeRun = cursor.int()
    storedRow = number
  }

  func append(number: Int64, program: ProgramOrdinal, run: Int64, to batch: RowBatch) throws {
    batch.append(number)
    batch.append(id)
    batch.append(self.batch)
    batch.append(run)
    batch.append(program)
    batch.append(affiliate)
    batch.append(affiliateName)
    batch.append(email)
    batch.append(method)
    batch.append(codeOf: currency)
    batch.append(amountMinor)
    batch.append(rewards)
    batch.append(periodStart)
    batch.append(periodEnd)
    batch.append(status)
    batch.append(retryCount)
    batch.append(awaitsRetry)
    batch.append(transactionID)
    batch.append(transactionHash)
    batch.append(processedAt)
    batch.append(failedReason)
    batch.append(isEmitted ? run : emittedRun)
    batch.append(madeRun == 0 ? run : madeRun)
    try batch.endRow()
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

  func append(run: Int64, origin: StoredOrigin, to batch: RowBatch) throws {
    batch.append(storedRow)
    batch.append(id)
    batch.append(run)
    batch.append(program)
    batch.append(code)
    batch.append(affiliate)
    batch.append(occurredAt)
    batch.append(status)
    batch.append(leadName)
    batch.append(leadEmail)
    batch.append(leadKey)
    batch.append(estimatedValue)
    batch.append(referredID)
    batch.append(metadata)
    batch.append(content)
    batch.append(origin.file)
    batch.append(origin.line)
    batch.append(decidedAt)
    batch.append(decidedBy)
    batch.append(reviewNotes)
    try batch.endRow()
  }
}
