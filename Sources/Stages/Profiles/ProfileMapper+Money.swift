// Amounts and currencies of a stretch of rows.
import Pipeline

extension ProfileMapper {
  func putCurrency(
    _ number: Int, _ step: BoundStep, _ place: Int, _ table: FieldTable, _ target: RecordBatch
  ) {
    let row = kept[place].target
    guard let cell = cell(of: step, kept[place].row, table) else {
      guard let fallback = fallbacks[number] else { return }
      target.set(row, step.target, fallback)
      kept[place].currency = .fallback
      let currency = ByteView.withBytes(of: step.fallback) { Currency(code: $0) }
      kept[place].exponent = currency?.exponent ?? 2
      return
    }
    kept[place].currency = .stated
    if let currency = Currency(code: cell.bytes) {
      kept[place].exponent = currency.exponent
      return put(cell, row, step.target, target)
    }
    for word in step.words where cell.bytes.isWord(word.word) {
      if case .word(let code) = word.meaning, let currency = Currency(code: code) {
        return set(currency, place, target)
      }
    }
    guard let known = CurrencySymbols.currency(cell.bytes.withoutNumber) else {
      // An amount without a symbol says nothing of its currency.
      if cell.bytes.withoutNumber.isEmpty {
        kept[place].currency = .none
        return
      }
      return refuse(
        target, row, .badValue, step, cell.bytes, "is no currency of ISO 4217")
    }
    if known.isAmbiguous { counts.ambiguousSymbols += 1 }
    set(known.currency, place, target)
  }

  private func set(_ currency: Currency, _ place: Int, _ target: RecordBatch) {
    guard let column = plan.currencyTarget else { return }
    kept[place].exponent = currency.exponent
    target.set(
      kept[place].target, column, ByteView.withBytes(of: currency.code) { target.keep($0) })
  }

  func putMoney(
    _ number: Int, _ step: BoundStep, _ place: Int, _ minorTarget: Int?, _ table: FieldTable,
    _ target: RecordBatch
  ) {
    let kept = kept[place]
    guard let cell = cell(of: step, kept.row, table) else {
      guard let fallback = fallbacks[number] else { return }
      return target.set(kept.target, minorTarget ?? step.target, fallback)
    }
    if isAsNative(step, cell.bytes, kept, minorTarget) {
      return put(cell, kept.target, minorTarget ?? step.target, target)
    }
    let text = cell.bytes.copied()
    let amount: ExactAmount
    do {
      amount = try exact(step, place, cell.bytes, table, target)
    } catch {
      return ByteView.withBytes(of: text) {
        refuse(target, kept.target, .badValue, step, $0, error.message)
      }
    }
    guard let signed = signed(amount, step, place) else {
      return ByteView.withBytes(of: text) {
        refuse(
          target, kept.target, .badValue, step, $0,
          "is below zero; state \"negative\" in the profile if it is a correction")
      }
    }
    guard let fitting = fitted(signed, step, place) else {
      return ByteView.withBytes(of: text) {
        refuse(
          target, kept.target, step.rule.isMinor ? .badValue : .amountPrecision, step, $0,
          step.rule.isMinor
            ? "is no whole number of minor units"
            : "has more digits after the point than its currency; state \"rounding\" in the profile"
        )
      }
    }
    let final = step.rule.isCapped ? capped(fitting, place, table, target) : fitting
    if minorTarget != nil, let minorTarget {
      target.setDecimal(kept.target, minorTarget, mantissa: final.mantissa, scale: 0)
    } else {
      target.setDecimal(kept.target, step.target, mantissa: final.mantissa, scale: final.scale)
    }
  }

  /// Whether a cell can stay as it is: in almost every row.
  @inline(__always) private func isAsNative(
    _ step: BoundStep, _ bytes: ByteView, _ kept: KeptRow, _ minorTarget: Int?
  ) -> Bool {
    guard step.minus.isEmpty, step.rule.decimalPoint == 0x2E else { return false }
    if step.rule.isMinor {
      return minorTarget != nil && MoneyForm.isPlain(bytes, fraction: 0)
    }
    guard MoneyForm.isPlain(bytes, fraction: kept.exponent) else { return false }
    return !step.rule.isCapped || bytes.isZeroAmount
  }

  /// The amount that a cell states, less what is taken off.
  private func exact(
    _ step: BoundStep, _ place: Int, _ bytes: ByteView, _ table: FieldTable, _ target: RecordBatch
  ) throws(MoneyFault) -> ExactAmount {
    let form = step.money
    let read = try form.read(bytes)
    if let currency = read.currency { take(currency, read.isAmbiguous, place, target) }
    var amount = ExactAmount(
      mantissa: read.isNegative ? -read.digits : read.digits, scale: read.scale)
    for bound in step.minus {
      guard let cell = cell(bound, kept[place].row, table) else { continue }
      let part: MoneyCell
      do { part = try form.read(cell.bytes) } catch {
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
    switch kept[place].currency {
    case .stated: return
    case .fallback where isAmbiguous: return
    default: break
    }
    if isAmbiguous { counts.ambiguousSymbols += 1 }
    kept[place].currency = .stated
    set(currency, place, target)
  }

  private func signed(_ amount: ExactAmount, _ step: BoundStep, _ place: Int) -> ExactAmount? {
    if kept[place].isCorrection, step.column == "amount" { return amount }
    guard amount.mantissa < 0 else { return amount }
    switch step.rule.negative {
    case .reject: return nil
    case .absolute: return ExactAmount(mantissa: -amount.mantissa, scale: amount.scale)
    case .correction:
      kept[place].isCorrection = true
      return amount
    }
  }

  /// The amount with as many digits as its currency has.
  private func fitted(_ amount: ExactAmount, _ step: BoundStep, _ place: Int) -> ExactAmount? {
    let exponent = step.rule.isMinor ? 0 : kept[place].exponent
    guard let rounded = amount.rounded(to: exponent, step.rule.rounding) else { return nil }
    if amount.rounded(to: exponent, .exact) == nil { counts.rounded += 1 }
    // Minor units of a refund are written in major ones: it has no column of its own.
    guard step.rule.isMinor, step.column != "amount" else { return rounded }
    return ExactAmount(mantissa: rounded.mantissa, scale: kept[place].exponent)
  }

  /// A refund, at most as much as the order's amount: a refund often includes tax and shipping.
  private func capped(
    _ refund: ExactAmount, _ place: Int, _ table: FieldTable, _ target: RecordBatch
  ) -> ExactAmount {
    guard let step = amountStep, let cell = cell(of: step, kept[place].row, table),
      let amount = try? exact(step, place, cell.bytes, table, target),
      let whole = fitted(amount, step, place)
    else { return refund }
    let scaled =
      step.rule.isMinor
      ? ExactAmount(mantissa: whole.mantissa, scale: kept[place].exponent) : whole
    guard let rest = scaled.subtracting(refund), rest.mantissa < 0 else { return refund }
    counts.capped += 1
    return scaled
  }
}

extension ByteView {
  /// The bytes without digits, marks and spaces: what is left of `$1,234.56` is `$`.
  fileprivate var withoutNumber: [UInt8] {
    copied().filter { byte in
      byte > 0x20 && byte &- 0x30 >= 10 && byte != 0x2E && byte != 0x2C && byte != 0x2D
        && byte != 0x28 && byte != 0x29 && byte != 0x27
    }
  }

  /// Whether an amount in plain form is zero.
  @inline(__always) fileprivate var isZeroAmount: Bool {
    for place in 0..<count where self[place] != 0x30 && self[place] != 0x2E { return false }
    return true
  }
}
