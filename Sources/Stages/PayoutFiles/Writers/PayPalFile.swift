// PayPal's mass payment upload (Payouts Web): CSV without a header, one currency a file.
import Pipeline

/// Writes PayPal's file.
struct PayPalFile {
  static let limits = FileLimits(rows: 5_000)

  let payer: PayerSettings.PayPal

  /// Rows of recipient, amount, currency, customer id, note and wallet, as in PayPal's own samples; a
  /// seventh column, for Venmo alone, is left out. The customer id is the payout's.
  func bytes(of part: [PaymentInstruction]) -> [UInt8] {
    var bytes: [UInt8] = []
    for instruction in part {
      guard case .payPal(let address) = instruction.destination else { continue }
      bytes.append(
        csvRow: [
          address.text, instruction.decimalAmount, instruction.amount.currency.code,
          instruction.payoutID.string, payer.note, "PAYPAL",
        ], quoting: .whereNeeded)
    }
    return bytes
  }
}

extension PaymentInstruction {
  /// The amount as a service takes it; it was checked when the instruction was made.
  var decimalAmount: String { (try? ServiceAmount.decimal(amount)) ?? amount.majorUnits }
}

/// Which fields stand in quotation marks.
enum CSVQuoting {
  case whereNeeded, everywhere
}

extension [UInt8] {
  /// Appends a row of CSV (RFC 4180, ended by LF).
  mutating func append(csvRow fields: [String], quoting: CSVQuoting) {
    for (index, field) in fields.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      let bytes = Array(field.utf8)
      if quoting == .whereNeeded,
        !bytes.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D })
      {
        append(contentsOf: bytes)
      } else {
        append(0x22)
        for byte in bytes { append(contentsOf: byte == 0x22 ? [0x22, 0x22] : [byte]) }
        append(0x22)
      }
    }
    append(0x0A)
  }
}
