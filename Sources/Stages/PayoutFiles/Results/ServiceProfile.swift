// The built-in profiles of settlements: files as payment services give them out.
import Pipeline

/// A service's result file, by the name of its profile in a schedule or on the command line.
public enum ServiceProfile: String, CaseIterable, Sendable {
  case payPal = "paypal-result"
  case wise = "wise-result"
  case statusReport = "pain.002"
  case achReturns = "nacha-return"

  /// The most bytes that such a file has: some hundred thousand payouts.
  private static let mostBytes = 256 << 20

  /// Reads a file's content.
  ///
  /// - Throws: ``ServiceReportFault`` for bytes that are no such file.
  public func report(of bytes: [UInt8]) throws(ServiceReportFault) -> ServiceReport {
    switch self {
    case .payPal: try TableProfile.payPal.report(of: bytes)
    case .wise: try TableProfile.wise.report(of: bytes)
    case .statusReport: try StatusReport.report(of: bytes)
    case .achReturns: try ACHReturns.report(of: bytes)
    }
  }

  /// Reads a file that is open already.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: ``FileRefusal``.
  func report(of source: RecordSource, name: String) throws(FileRefusal) -> ServiceReport {
    let bytes = try source.content(limit: Self.mostBytes)
    do {
      return try report(of: bytes)
    } catch {
      throw FileRefusal(
        file: name, line: error.line,
        kind: .unreadableContent("\(error.message) (profile \(rawValue))"))
    }
  }
}
