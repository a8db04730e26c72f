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

/// What the files of a run are made with.
struct EmissionTerms {
  var asOf: Instant
  /// The run's number on its business date.
  var runNumber: Int
  var registry: Registry
  var payers: PayerSettings
}

/// Takes the rows of `payouts.csv`, and writes a batch's files for each method and currency.
struct MethodFilesWriter {
  private struct Batch {
    var id: Text
    var instructions: [PaymentInstruction] = []
  }

  private let terms: EmissionTerms
  private var batches: [Batch] = []
  private var places: [Text: Int] = [:]
  private var withoutPayer: [PaymentMethod: Int64] = [:]

  init(_ terms: EmissionTerms) { self.terms = terms }

  /// Takes the next row, with the details that the registry has of its affiliate in this run.
  ///
  /// - Returns: The order to pay that a file will carry; nil where none does.
  @discardableResult
  mutating func take(_ payout: PayoutRow) -> PaymentInstruction? {
    guard var payee = Payee(terms.registry[payout.payee]) else { return nil }
    payee.method = payout.method
    do throws(PaymentFault) {
      let instruction = try PaymentInstruction(
        payoutID: payout.id, amount: payout.amount, payee: payee, payers: terms.payers)
      if let instruction { append(instruction, payout.batch) }
      return instruction
    } catch {
      // What does not fit was held before it became a payout; else the reconciliation misses it.
      if case .noPayer(let method) = error { withoutPayer[method, default: 0] += 1 }
      return nil
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

  /// Hands over the files of all batches, one after another.
  private func forEachFile(_ body: (Text, MethodFile) throws -> Void) rethrows {
    var achFiles = 0
    for batch in batches {
      let emission = Emission(
        batchID: batch.id, asOf: terms.asOf, runNumber: terms.runNumber, achFilesBefore: achFiles)
      for file in emission.files(batch.instructions, payers: terms.payers) {
        achFiles += file.method == .ach ? 1 : 0
        try body(batch.id, file)
      }
    }
  }

  /// The files of all batches.
  var files: [MethodFile] {
    var files: [MethodFile] = []
    forEachFile { _, file in files.append(file) }
    return files
  }

  /// The names of the files that would be written, by payout.
  func fileNames() -> [Text: String] {
    var names: [Text: String] = [:]
    forEachFile { _, file in for payout in file.payouts { names[payout] = file.name } }
    return names
  }

  /// Writes the files of all batches.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  func write(to outputs: inout OutputFiles) throws -> [MethodFileFacts] {
    var written: [MethodFileFacts] = []
    try forEachFile { batch, file in
      let path = "payouts/\(file.name)"
      try outputs.write(path) { sink in
        try sink.write(file.bytes)
        return nil
      }
      outputs.details.append(
        OutputDetail(
          path: path, rows: file.rows, currency: file.currency, totalMinor: file.totalMinor))
      written.append(
        MethodFileFacts(
          name: file.name, batch: batch, method: file.method, currency: file.currency,
          payouts: file.payouts, totalMinor: file.totalMinor))
    }
    return written
  }
}
