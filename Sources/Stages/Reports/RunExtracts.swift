// The large extracts of a run, written beside the merge from what each programme's night left.
import Pipeline

/// Takes programmes' extracts in the order of their ids; `conversions.csv`, `rewards.csv`, `tiers.csv`
/// and `tier_upgrades.csv` are their bytes, one after another; `payouts.csv` and `clicks_daily.csv` are
/// written once all of them are there.
public final class RunExtracts {
  private let conversions: BackgroundFile
  private let rewards: BackgroundFile
  private let tiers: BackgroundFile
  private let upgrades: BackgroundFile
  private let payouts: BackgroundFile
  private let clicks: BackgroundFile
  private var rows: [ExportName: Int64] = [:]
  private var dailyRows = Guarded<Int64>(0)
  /// By all that tells groups apart, with sums of 0.
  private var sums: [ConversionGroup: ConversionGroup] = [:]
  /// Orders that the run did not work with, of which it only paid or settled a reward.
  private(set) var touchedElsewhere: Int64 = 0

  /// Begins the files.
  ///
  /// - Throws: ``FileFault``, ``PublicationFault``.
  init(_ publication: Publication, run: String) throws {
    func make(_ name: ExportName) throws -> BackgroundFile {
      BackgroundFile(try publication.write("out/\(run)/\(Self.path(of: name))"))
    }
    func begin(_ name: ExportName) throws -> BackgroundFile {
      let file = try make(name)
      file.write(EncodedRows.header(name.columns))
      return file
    }
    conversions = try begin(.conversions)
    rewards = try begin(.rewards)
    tiers = try begin(.tiers)
    upgrades = try begin(.tierUpgrades)
    payouts = try make(.payouts)
    clicks = try begin(.clicksDaily)
  }

  /// Where an extract stands, relative to `out/<run>`.
  static func path(of name: ExportName) -> String { "extracts/\(name.word).csv" }

  /// Takes one programme's rows.
  ///
  /// - Throws: ``AmountOverflow``.
  func take(_ program: ProgramExtracts) throws {
    conversions.write(program.conversions)
    rewards.write(program.rewards)
    tiers.write(program.standings.tiers)
    upgrades.write(program.standings.upgrades)
    rows[.conversions, default: 0] += program.conversionRows
    rows[.rewards, default: 0] += program.rewardRows
    rows[.tiers, default: 0] += program.standings.tierRows
    rows[.tierUpgrades, default: 0] += program.standings.upgradeRows
    touchedElsewhere += program.touchedElsewhere
    for group in program.groups {
      let kind = group.kind
      var total = sums[kind] ?? kind
      try total.add(group)
      sums[kind] = total
    }
  }

  /// Has the files of the programmes completed while other work goes on.
  func closePrograms() {
    conversions.close()
    rewards.close()
    tiers.close()
    upgrades.close()
  }

  /// Writes the payouts that the run made or changed while other work goes on.
  func write(_ made: NightPayouts) {
    rows[.payouts] = Int64(made.rows.count)
    payouts.lend(to: made.write)
    payouts.close()
  }

  /// Writes the counts of the run's clicks while other work goes on.
  ///
  /// - Parameter daily: With what earlier runs counted.
  func write(_ daily: NightDays, _ registry: Registry) {
    clicks.write { [dailyRows] put in
      let sheet = DailySheet(daily, registry)
      try sheet.write(to: put)
      dailyRows.withLock { $0 = sheet.rows }
    }
    clicks.close()
  }

  /// The orders that the run brought or changed.
  var groups: [ConversionGroup] { sums.values.sorted { $0.isBefore($1) } }

  /// Completes an extract.
  ///
  /// - Returns: Its number of rows; nil for one that is not written here.
  /// - Throws: ``FileFault``.
  func finish(_ name: ExportName) throws -> Int64? {
    switch name {
    case .conversions: _ = try conversions.finish()
    case .rewards: _ = try rewards.finish()
    case .tiers: _ = try tiers.finish()
    case .tierUpgrades: _ = try upgrades.finish()
    case .payouts: _ = try payouts.finish()
    case .clicksDaily:
      _ = try clicks.finish()
      return dailyRows.withLock { $0 }
    default: return nil
    }
    return rows[name, default: 0]
  }
}

extension ConversionGroup {
  /// The group without its sums.
  fileprivate var kind: ConversionGroup {
    var kind = self
    kind.count = 0
    kind.grossMinor = 0
    kind.refundedMinor = 0
    kind.commissionMinor = 0
    kind.payoutMinor = 0
    return kind
  }

  fileprivate mutating func add(_ other: ConversionGroup) throws(AmountOverflow) {
    count += other.count
    grossMinor = try sum(grossMinor, other.grossMinor)
    refundedMinor = try sum(refundedMinor, other.refundedMinor)
    commissionMinor = try sum(commissionMinor, other.commissionMinor)
    payoutMinor = try sum(payoutMinor, other.payoutMinor)
  }

  /// Whether it goes first: by its words' codes, then by currency.
  fileprivate func isBefore(_ other: ConversionGroup) -> Bool {
    let (left, right) = (code, other.code)
    if left != right { return left < right }
    if currency != other.currency { return currency < other.currency }
    return !isBrought && other.isBrought
  }

  private var code: UInt64 {
    func coded(_ value: UInt8?) -> UInt64 { value.map { UInt64($0) + 1 } ?? 0 }
    return UInt64(status.rawValue) << 32 | coded(reason?.rawValue) << 24
      | coded(evidence?.rawValue) << 16 | coded(model?.rawValue) << 8 | UInt64(flags.rawValue)
  }
}
