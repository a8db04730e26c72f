// The columns of a clicks file and their order: as checked, and as compared.
public import Pipeline

/// The native columns of clicks, in the order in which their values are checked (SPEC 2, 10).
public enum ClickColumn: Int, CaseIterable, Sendable {
  case clickID, occurredAt, code, visitorID, fingerprint, ip, landingPage, referrer
  case utmSource, utmMedium, utmCampaign, userAgent

  /// The name in a file's header.
  public var name: String {
    switch self {
    case .clickID: "click_id"
    case .occurredAt: "occurred_at"
    case .code: "code"
    case .visitorID: "visitor_id"
    case .fingerprint: "fingerprint"
    case .ip: "ip"
    case .landingPage: "landing_page"
    case .referrer: "referrer"
    case .utmSource: "utm_source"
    case .utmMedium: "utm_medium"
    case .utmCampaign: "utm_campaign"
    case .userAgent: "user_agent"
    }
  }

  /// What a reader of clicks asks a file for.
  public static var request: ColumnRequest {
    ColumnRequest(
      names: allCases.map(\.name), required: [occurredAt.name, code.name])
  }
}
