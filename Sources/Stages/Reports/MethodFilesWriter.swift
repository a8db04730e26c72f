// The files of payment services under `payouts/`, made of the rows of `payouts.csv`.
import Pipeline

/// One file of a service, as the reconciliation looks at it.
struct MethodFileFacts: Hashable {
  var name: String
  var batch: Text
  var method: PaymentMethod
  var currency: Currency
  var payouts: [Text]
  var totalMinor: Int64
}

/// Payouts that stand in `payouts.csv` alone because the payer's account is not known.
struct PayoutsWithoutFile: Hashable, CustomStringConvertible {
  var method: PaymentMethod
  var count: Int64

  /// What a schedule would have to state.
  var setting: String { "settings.payers.\(method.word.lowercased())" }

  var description: String {
    let noun = count == 1 ? "payout stands" : "payouts stand"
    return "\(count) \(method.word) \(noun) in payouts.csv alone, without a file for the bank: "
      + "state the account that pays in the schedule's \(setting)"
  }
}

/// Takes the rows of `payouts.csv`, and writes a batch's files for each method and currency.
struct MethodFilesWriter {
  private struct Batch {
    var id: Text
    var instructions: [PaymentInstruction] = []
  }

  private let inputs: ReportInputs
  private var batches: [Batch] = []
  private var places: [Text: Int] = [:]
  private var withoutPayer: [PaymentMethod: Int64] = [:]

  init(_ inputs: ReportInputs) { self.inputs = inputs }

  /// Takes the next row, with the details that the registry has of its affiliate in this run.
  mutating func take(_ payout: PayoutRow) {
    guard var payee = Payee(inputs.registry[payout.payee]) else { return }
    payee.method = payout.method
    do throws(PaymentFault) {
      let instruction = try PaymentInstruction(
        payoutID: payout.id, amount: payout.amount, payee: payee, payers: inputs.payers)
      if let instruction { append(instruction, payout.batch) }
    } catch {
      // What does not fit was held before it became a payout; else the reconciliation misses it.
      if case .noPayer(let method) = error { withoutPayer[method, default: 0] += 1 }
    }
  }

  private mutating func append(_ instruction: PaymentInstruction, _ batch: Text) {
    let place = places[batch] ?? batches.count
    if place == batches.count {
      places[batch] = place
      batches.append(Batch(id: batch))
    }
    batches[place].instructions.append(instruction)
  }

  /// What was taken and stands in no file.
  var withoutFile: [PayoutsWithoutFile] {
    withoutPayer.map { PayoutsWithoutFile(method: $0.key, count: $0.value) }
      .sorted { $0.method.rawValue < $1.method.rawValue }
  }

  /// Writes the files of all batches.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  func write(to outputs: inout OutputFiles) throws -> [MethodFileFacts] {
    var written: [MethodFileFacts] = []
    var achFiles = 0
    for batch in batches {
      let emission = Emission(
        batchID: batch.id, asOf: inputs.asOf, runNumber: inputs.run.number,
        achFilesBefore: achFiles)
      for file in emission.files(batch.instructions, payers: inputs.payers) {
        let path = "payouts/\(file.name)"
        try outputs.write(path) { sink in
          try sink.write(file.bytes)
          return nil
        }
        outputs.details.append(
          OutputDetail(
            path: path, rows: file.rows, currency: file.currency, totalMinor: file.totalMinor))
        achFiles += file.method == .ach ? 1 : 0
        written.append(
          MethodFileFacts(
            name: file.name, batch: batch.id, method: file.method, currency: file.currency,
            payouts: file.payouts, totalMinor: file.totalMinor))
      }
    }
    return written
  }
}
