// Amounts and currencies of a stretch of rows.
import Pipeline

extension ProfileMapper {
  func putCurrency(
    _ number: Int, _ step: BoundStep, _ place: Int, _ table: FieldTable, _ target: RecordBatch
  ) {
    let row = Int(rows[place].target)
    guard let cell = cell(of: step, Int(rows[place].row), table) else {
      guard let fallback = fallbacks[number] else { return }
      target.set(row, step.target, fallback)
      states[place].currency = .fallback
      let currency = ByteView.withBytes(of: step.fallback) { Currency(code: $0) }
      rows[place].fractionDigits = Int32(currency?.exponent ?? 2)
      return
    }
    states[place].currency = .stated
    if let known = latest.bytes, known == cell.bytes, let field = latest.field {
      rows[place].fractionDigits = latest.fractionDigits
      return target.set(row, step.target, field)
    }
    guard let currency = currency(step, place, cell.bytes, target) else { return }
    let field = set(currency, place, target)
    latest.bytes = cell.place == nil ? nil : cell.bytes
    latest.field = field
    latest.fractionDigits = rows[place].fractionDigits
  }

  /// The currency that a cell names: by its code, a word of the profile, a symbol, or an amount
  /// with a symbol.
  private func currency(
    _ step: BoundStep, _ place: Int, _ bytes: ByteView, _ target: RecordBatch
  ) -> Currency? {
    if let currency = Currency(code: bytes) { return currency }
    for word in step.words where bytes.isWord(word.word) {
      if case .word(let code) = word.meaning, let currency = Currency(code: code) {
        return currency
      }
    }
    let symbol = bytes.withoutNumber
    if let known = CurrencySymbols.currency(symbol) {
      if known.isAmbiguous { counts.ambiguousSymbols += 1 }
      return known.currency
    }
    if (0..<bytes.count).contains(where: { bytes[$0] &- 0x30 < 10 }) {
      // An amount without a symbol that is known says nothing of its currency.
      states[place].currency = .none
    } else {
      refuse(
        target, Int(rows[place].target), .badValue, step, bytes, "is no currency of ISO 4217")
    }
    return nil
  }

  @discardableResult private func set(
    _ currency: Currency, _ place: Int, _ target: RecordBatch
  ) -> FieldPlace? {
    guard let column = plan.currencyTarget else { return nil }
    rows[place].fractionDigits = Int32(currency.exponent)
    let field = ByteView.withBytes(of: currency.code) { target.keep($0) }
    target.set(Int(rows[place].target), column, field)
    return field
  }

  func putMoney(
    _ number: Int, _ step: BoundStep, _ place: Int, _ minorTarget: Int?, _ table: FieldTable,
    _ target: RecordBatch
  ) {
    let mapped = rows[place]
    let row = Int(mapped.target)
    let column = minorTarget ?? step.target
    guard let cell = cell(of: step, Int(mapped.row), table) else {
      if let fallback = fallbacks[number] { target.set(row, column, fallback) }
      return
    }
    if isAsNative(step, cell.bytes, mapped, minorTarget) {
      return put(cell, row, column, target)
    }
    do {
      let read = try exact(step, place, cell.bytes, table, target)
      let amount = try fitted(signed(read, step, place), step, place)
      let final = step.rule.isCapped ? capped(amount, place, table, target) : amount
      target.setDecimal(
        row, column, mantissa: final.mantissa, scale: minorTarget == nil ? final.scale : 0)
    } catch {
      // The cell's text may have been in memory that the parts of a sum have used since.
      guard let cell = self.cell(of: step, Int(mapped.row), table) else { return }
      refuse(
        target, row, error.isPrecision ? .amountPrecision : .badValue, step, cell.bytes,
        error.message)
    }
  }

  /// Whether a cell can stay as it is.
  @inline(__always) private func isAsNative(
    _ step: BoundStep, _ bytes: ByteView, _ mapped: MappedRow, _ minorTarget: Int?
  ) -> Bool {
    guard step.minus.isEmpty, step.rule.decimalPoint == 0x2E else { return false }
    if step.rule.isMinor {
      return minorTarget != nil && RecordBatch.isPlainAmount(bytes, fraction: 0)
    }
    guard RecordBatch.isPlainAmount(bytes, fraction: Int(mapped.fractionDigits)) else {
      return false
    }
    return !step.rule.isCapped || bytes.isZeroAmount
  }

  /// The amount that a cell states, less what is taken off.
  private func exact(
    _ step: BoundStep, _ place: Int, _ bytes: ByteView, _ table: FieldTable, _ target: RecordBatch
  ) throws(MoneyFault) -> ExactAmount {
    let form = step.money
    let read = try form.read(bytes, knowing: &latestSymbol)
    if let currency = read.currency { take(currency, read.isAmbiguous, place, target) }
    var amount = ExactAmount(
      mantissa: read.isNegative ? -read.digits : read.digits, scale: read.scale)
    for bound in step.minus {
      guard let cell = cell(bound, Int(rows[place].row), table) else { continue }
      let part: MoneyCell
      do {
        part = try form.read(cell.bytes, knowing: &latestSymbol)
      } catch {
        throw MoneyFault(message: "less \(bound.name), which \(error.message)")
      }
      let taken = ExactAmount(
        mantissa: part.isNegative ? -part.digits : part.digits, scale: part.scale)
      guard let rest = amount.subtracting(taken) else { throw .tooLong }
      amount = rest
    }
    return amount
  }

  /// Takes over what a symbol beside an amount says, unless a column says it.
  private func take(
    _ currency: Currency, _ isAmbiguous: Bool, _ place: Int, _ target: RecordBatch
  ) {
    switch states[place].currency {
    case .stated: return
    case .fallback where isAmbiguous: return
    default: break
    }
    if isAmbiguous { counts.ambiguousSymbols += 1 }
    states[place].currency = .stated
    set(currency, place, target)
  }

  private func signed(
    _ amount: ExactAmount, _ step: BoundStep, _ place: Int
  ) throws(MoneyFault) -> ExactAmount {
    if states[place].isCorrection, step.column == "amount" { return amount }
    guard amount.mantissa < 0 else { return amount }
    switch step.rule.negative {
    case .reject: throw .negative
    case .absolute: return ExactAmount(mantissa: -amount.mantissa, scale: amount.scale)
    case .correction:
      states[place].isCorrection = true
      return amount
    }
  }

  /// The amount with as many digits as its currency has.
  private func fitted(
    _ amount: ExactAmount, _ step: BoundStep, _ place: Int
  ) throws(MoneyFault) -> ExactAmount {
    let currencyDigits = Int(rows[place].fractionDigits)
    let exponent = step.rule.isMinor ? 0 : currencyDigits
    guard let rounded = amount.rounded(to: exponent, step.rule.rounding) else {
      throw step.rule.isMinor ? .noWholeNumber : .precision
    }
    if amount.rounded(to: exponent, .exact) == nil { counts.rounded += 1 }
    // Minor units of a refund are written in major ones: it has no column of its own.
    guard step.rule.isMinor, step.column != "amount" else { return rounded }
    return ExactAmount(mantissa: rounded.mantissa, scale: currencyDigits)
  }

  /// A refund, at most as much as the order's amount: a refund often includes tax and shipping.
  private func capped(
    _ refund: ExactAmount, _ place: Int, _ table: FieldTable, _ target: RecordBatch
  ) -> ExactAmount {
    guard let step = amountStep, let cell = cell(of: step, Int(rows[place].row), table),
      let amount = try? exact(step, place, cell.bytes, table, target),
      let whole = try? fitted(amount, step, place)
    else { return refund }
    let scaled =
      step.rule.isMinor
      ? ExactAmount(mantissa: whole.mantissa, scale: Int(rows[place].fractionDigits)) : whole
    guard let rest = scaled.subtracting(refund), rest.mantissa < 0 else { return refund }
    counts.capped += 1
    return scaled
  }
}

extension ByteView {
  /// The text without digits, marks, signs and spaces of any width: what is left of `$1,234.56` is
  /// `$`.
  fileprivate var withoutNumber: [UInt8] {
    var rest = String.UnicodeScalarView()
    for scalar in string().unicodeScalars {
      switch scalar {
      case "0"..."9", ".", ",", "-", "+", "(", ")", "'", "\u{2019}", "\u{2212}", "\u{2013}":
        continue
      default: if !scalar.properties.isWhitespace { rest.append(scalar) }
      }
    }
    return Array(String(rest).utf8)
  }

  /// Whether an amount in plain form is zero.
  @inline(__always) fileprivate var isZeroAmount: Bool {
    for place in 0..<count where self[place] != 0x30 && self[place] != 0x2E { return false }
    return true
  }
}
