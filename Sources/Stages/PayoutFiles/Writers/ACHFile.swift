// ACH credits in the format of NACHA: records of 94 characters, in blocks of ten.
import Pipeline

/// Writes one file: a batch of credits to persons (PPD), one to companies (CCD), or both.
struct ACHFile {
  /// A control record takes 12 digits of cents; the rows are within what banks' portals take.
  static let limits = FileLimits(rows: 10_000, total: 999_999_999_999)
  /// An entry takes 10 digits of cents: 99,999,999.99 USD.
  static let mostPerEntry: Int64 = 9_999_999_999

  let payer: PayerSettings.ACH
  let part: FilePart

  func bytes(of entries: [PaymentInstruction]) -> [UInt8] {
    var lines = [fileHeader]
    var file = ACHTotals()
    var batches: Int64 = 0
    for holder in [ACHAccount.Holder.person, .company] {
      let members = entries.filter { $0.holder == holder }
      guard !members.isEmpty else { continue }
      batches += 1
      appendBatch(members, holder, number: batches, to: &lines, &file)
    }
    // The control record counts itself in the last block.
    let blocks = (lines.count + 1 + 9) / 10
    lines.append(fileControl(file, batches: batches, blocks: blocks))
    while lines.count % 10 != 0 { lines.append(String(repeating: "9", count: 94)) }
    let end = payer.lineEnd == .lf ? "\n" : "\r\n"
    return lines.flatMap { Array(($0 + end).utf8) }
  }

  private func appendBatch(
    _ members: [PaymentInstruction], _ holder: ACHAccount.Holder, number: Int64,
    to lines: inout [String], _ file: inout ACHTotals
  ) {
    lines.append(batchHeader(holder, number))
    var totals = ACHTotals()
    for member in members {
      guard case .ach(let account) = member.destination else { continue }
      totals.add(account.routing, member.amount)
      file.add(account.routing, member.amount)
      lines.append(entry(member, account, sequence: file.entries))
    }
    lines.append(batchControl(totals, number))
  }
}

/// What control records add up.
private struct ACHTotals {
  var entries: Int64 = 0
  /// The sum of the banks' eight digits.
  var hash: Int64 = 0
  /// Cents.
  var credits: Int64 = 0

  mutating func add(_ routing: RoutingNumber, _ amount: Money) {
    entries += 1
    hash += routing.prefixNumber
    credits += amount.minorUnits
  }

  /// The last ten digits.
  var hashField: String { (hash % 10_000_000_000).zeroPadded(10) }
}

extension ACHFile {
  private var fileHeader: String {
    [
      "101", " ", payer.destination.text, payer.origin, creationDate, creationTime, fileIDModifier,
      "094101", left(payer.destinationName, 23), left(payer.originName, 23), left(reference, 8),
    ].joined()
  }

  private func batchHeader(_ holder: ACHAccount.Holder, _ number: Int64) -> String {
    [
      "5220", left(payer.companyName, 16), left("", 20), payer.companyID,
      holder == .person ? "PPD" : "CCD", left(payer.entryDescription, 10), creationDate,
      effectiveDate, left("", 3), "1", payer.odfi.prefix, number.zeroPadded(7),
    ].joined()
  }

  private func entry(
    _ member: PaymentInstruction, _ account: ACHAccount, sequence: Int64
  ) -> String {
    [
      "6", account.kind == .checking ? "22" : "32", account.routing.text, left(account.number, 17),
      member.amount.minorUnits.zeroPadded(10), left(member.payoutID.string, 15),
      left(member.name, 22), left("", 2), "0", payer.odfi.prefix, sequence.zeroPadded(7),
    ].joined()
  }

  private func batchControl(_ totals: ACHTotals, _ number: Int64) -> String {
    [
      "8220", totals.entries.zeroPadded(6), totals.hashField, Int64(0).zeroPadded(12),
      totals.credits.zeroPadded(12), payer.companyID, left("", 25), payer.odfi.prefix,
      number.zeroPadded(7),
    ].joined()
  }

  private func fileControl(_ totals: ACHTotals, batches: Int64, blocks: Int) -> String {
    [
      "9", batches.zeroPadded(6), blocks.zeroPadded(6), totals.entries.zeroPadded(8),
      totals.hashField, Int64(0).zeroPadded(12), totals.credits.zeroPadded(12), left("", 39),
    ].joined()
  }

  /// ASCII text with spaces behind it; what is written fits.
  private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }
}

extension ACHFile {
  /// A bank takes two files with the same date, time and modifier for one. So the modifier counts the
  /// run's files, and each further run of a date is created a minute later: runs at one as_of differ.
  private var fileNumber: Int { part.emission.achFilesBefore + part.index }

  private var fileIDModifier: String {
    let modifiers = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
    return String(decoding: [modifiers[fileNumber % modifiers.count]], as: UTF8.self)
  }

  private var creation: Instant {
    let minutes = Int64(part.emission.runNumber - 1 + fileNumber / 36)
    return part.emission.asOf + minutes * 60_000
  }

  private var creationDate: String { date(Int64(creation.utcDay)) }

  private var creationTime: String {
    let minutes = (creation.milliseconds - Int64(creation.utcDay) * Instant.day) / 60_000
    return (minutes / 60).zeroPadded(2) + (minutes % 60).zeroPadded(2)
  }

  private var effectiveDate: String {
    date(
      BankingCalendar.federalReserve.day(
        payer.effectiveDays, after: Int64(part.emission.asOf.utcDay)))
  }

  /// YYMMDD.
  private func date(_ day: Int64) -> String {
    let date = CivilDate(dayNumber: day)
    return (date.year % 100).zeroPadded(2) + date.month.zeroPadded(2) + date.day.zeroPadded(2)
  }

  /// The programme's part of the batch id.
  private var reference: String {
    String(decoding: Array(part.emission.batchID.utf8.suffix(8)), as: UTF8.self).uppercased()
  }
}
