// Wise's batch upload: CSV with a header, every field quoted, as its templates are.
import Pipeline

/// Writes Wise's file: to e-mail addresses, or to accounts with an IBAN.
struct WiseFile {
  static let limits = FileLimits(rows: 1_000)

  let payer: PayerSettings.Wise
  let form: FileForm

  private static let columns = [
    "name", "recipientEmail", "paymentReference", "receiverType", "amountCurrency", "amount",
    "sourceCurrency", "targetCurrency",
  ]

  /// The payer bears the fees: the amount is what the recipient gets.
  func bytes(of part: [PaymentInstruction]) -> [UInt8] {
    let source = payer.sourceCurrency ?? form.currency
    var bytes: [UInt8] = []
    bytes.append(
      csvRow: Self.columns + (form.kind == .wiseAccount ? ["IBAN"] : []), quoting: .everywhere)
    for instruction in part {
      guard let (address, account) = instruction.wiseRecipient else { continue }
      let fields = [
        instruction.name, address, instruction.payoutID.string,
        instruction.holder == .company ? "INSTITUTION" : "PERSON", "target",
        instruction.decimalAmount, source.code, form.currency.code,
      ]
      bytes.append(csvRow: fields + account, quoting: .everywhere)
    }
    return bytes
  }
}

extension PaymentInstruction {
  /// The e-mail address, if any, and the columns of the account.
  fileprivate var wiseRecipient: (address: String, account: [String])? {
    switch destination {
    case .wiseEmail(let address): (address.text, [])
    case .wiseAccount(let account, let address): (address?.text ?? "", [account.text])
    case .payPal, .sepa, .ach: nil
    }
  }
}
