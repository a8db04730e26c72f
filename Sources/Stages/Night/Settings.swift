// The settings of a batch job that the rules depend on. How they are written in a schedule stands
// in Schedule.swift.

/// What a schedule can set, with the defaults of the specification.
public struct Settings: Sendable {
  /// What becomes of the run when a file is refused.
  public enum BadFilePolicy: String, Sendable { case stop, skip }
  /// How an input comes into the archive.
  public enum ArchiveMode: String, Sendable { case copy, link }

  public var onBadFile = BadFilePolicy.stop
  /// Hundredths of a percent of all rows read; above it the run stops.
  public var maxRejectShare = BasisPoints(500)
  /// Days after its order's instant during which a conversion may be attributed anew.
  public var openDays: Int64 = 90
  /// Hundredths of a percent: what an inviter gets where the affiliate's row says nothing.
  public var defaultFee = BasisPoints(0)
  /// Beside the built-in list, lower case.
  public var disposableDomains: [String] = []
  public var archive = ArchiveMode.copy
  /// Whether payouts stand in no payment service's file before somebody has approved their batch.
  public var requiresPayoutApproval = false
  /// The accounts that payouts are paid from.
  public var payers = PayerSettings()
  /// Threads; nil for as many as there are cores.
  public var threads: Int?
  /// Most bytes of memory.
  public var memory = 1 << 30

  public init() {}
}
