// The folders and files of a sample, night by night.

/// What a sample's files are about; the raw value is the file's name and the kind's word.
public enum SampleKind: String, CaseIterable, Sendable {
  case programs, affiliates, codes, clicks, orders, referrals, decisions
  case payoutRequests = "payout_requests"
}

/// What one file of a sample holds.
public struct SampleFileSummary: Equatable, Sendable {
  /// Counted from 1, as in the folder's name.
  public var night: Int
  public var kind: SampleKind
  /// With the directory that was asked for.
  public var path: String
  /// Without the header.
  public var rows = 0
  /// Before compression.
  public var bytes = 0
  /// Rows that repeat another one.
  public var duplicates = 0
  public var malformed = 0
  /// Rows of a day before the night's.
  public var late = 0
  /// Rows that change an order of another row.
  public var amendments = 0
}

/// How far the writing of a sample is.
public struct SampleProgress: Sendable {
  /// The file being written; its counts are those of the rows so far.
  public let file: SampleFileSummary
  /// How many nights there are.
  public let nights: Int
}

/// Sample data: a folder of input files for each night.
///
/// The files follow from the options alone, byte for byte, on every machine. Memory depends on
/// the number of codes and not on that of rows. Compressed files depend on the gzip program, too;
/// what they hold does not.
public struct SampleNights: Sendable {
  private let options: SampleOptions

  public init(options: SampleOptions) { self.options = options }

  /// Writes `night-01`, `night-02` and so on into a directory, which is made if needed. The
  /// folders must not be there yet.
  ///
  /// - Parameter progress: Told about every mebibyte or so.
  /// - Returns: What each file holds, in the order of writing.
  /// - Throws: ``SampleFault``. Files that were finished before stay.
  public func write(
    to directory: String, progress: (SampleProgress) -> Void = { _ in }
  ) throws(SampleFault) -> [SampleFileSummary] {
    try options.check()
    let leads = SampleLeads(SampleTraffic(options))
    var summaries: [SampleFileSummary] = []
    try SampleFile.makeDirectory(directory)
    for night in 0..<options.nights {
      let folder = directory + "/night-" + SampleDay.padded(night + 1, nightDigits)
      try SampleFile.makeNewDirectory(folder)
      for kind in SampleKind.allCases where leads.hasRows(kind, in: night) {
        let isCSV = isCSV(kind, in: night)
        let path = folder + "/" + kind.rawValue + (isCSV ? ".csv" : ".jsonl")
        var sheet = SampleSheet(columns: kind.columns, isCSV: isCSV)
        var summary = SampleFileSummary(night: night + 1, kind: kind, path: path)
        do {
          try write(&sheet, &summary, leads) {
            progress(SampleProgress(file: $0, nights: options.nights))
          }
        } catch {
          SampleFile.discard(path)
          throw error
        }
        if options.isCompressed { summary.path += ".gz" }
        summaries.append(summary)
      }
    }
    return summaries
  }

  /// So many that the folders' names sort.
  private var nightDigits: Int { max(2, String(options.nights).utf8.count) }

  private func isCSV(_ kind: SampleKind, in night: Int) -> Bool {
    switch options.format {
    case .csv: return true
    case .jsonl: return false
    case .mixed:
      let place = SampleKind.allCases.firstIndex(of: kind) ?? 0
      return (place + night) % 2 == 1
    }
  }

  /// Writes one file.
  private func write(
    _ sheet: inout SampleSheet, _ summary: inout SampleFileSummary, _ leads: SampleLeads,
    progress: (SampleFileSummary) -> Void
  ) throws(SampleFault) {
    var file = try SampleFile(path: summary.path)
    func flush(_ sheet: inout SampleSheet, _ summary: inout SampleFileSummary) throws(SampleFault) {
      try file.write(sheet.bytes)
      summary.rows = sheet.rows
      summary.bytes = file.byteCount
      sheet.removeWritten()
      progress(summary)
    }
    try leads.append(summary.kind, in: summary.night - 1, to: &sheet, &summary) {
      (sheet, summary) throws(SampleFault) in
      if sheet.isFull { try flush(&sheet, &summary) }
    }
    try flush(&sheet, &summary)
    try file.finish(compressed: options.isCompressed)
  }
}

extension SampleKind {
  /// The columns of the kind's files.
  var columns: [String] {
    switch self {
    case .programs: SampleRegistry.programColumns
    case .affiliates: SampleRegistry.affiliateColumns
    case .codes: SampleRegistry.codeColumns
    case .clicks: SampleTraffic.clickColumns
    case .orders: SampleTraffic.orderColumns
    case .referrals: SampleLeads.referralColumns
    case .decisions: SampleLeads.decisionColumns
    case .payoutRequests: SampleLeads.requestColumns
    }
  }
}
