// What the platforms' documents have clients write, and the input kind that does that job here
// (SPEC 10, Endpoint; ENDPOINT E.5).
import Stages

/// A write of a platform's document, answered 405.
struct RefusedWrite: Sendable {
  /// As in ``Route/path``.
  var path: String
  var platform: Platform
  /// nil for what is the platform's own.
  var kind: InputKind?

  static let all: [RefusedWrite] = [
    RefusedWrite(path: "/api/auth/register", platform: .refferq, kind: .affiliates),
    RefusedWrite(path: "/api/auth/login", platform: .refferq, kind: nil),
    RefusedWrite(path: "/api/auth/logout", platform: .refferq, kind: nil),
    RefusedWrite(path: "/api/admin/referrals", platform: .refferq, kind: .decisions),
    RefusedWrite(path: "/api/admin/referrals/{id}", platform: .refferq, kind: .decisions),
    RefusedWrite(path: "/api/admin/settings", platform: .refferq, kind: .programs),
    RefusedWrite(path: "/api/affiliate/profile", platform: .refferq, kind: .affiliates),
    RefusedWrite(path: "/api/affiliate/referrals", platform: .refferq, kind: .referrals),
    RefusedWrite(path: "/api/v1/referrals/code", platform: .bitcain, kind: .codes),
    RefusedWrite(path: "/api/v1/referrals/track", platform: .bitcain, kind: .referrals),
    RefusedWrite(
      path: "/api/v1/referrals/payouts/request", platform: .bitcain, kind: .payoutRequests),
    RefusedWrite(path: "/auth/magic-link", platform: .refuel, kind: nil),
    RefusedWrite(path: "/auth/verify", platform: .refuel, kind: nil),
    RefusedWrite(path: "/companies/register", platform: .refuel, kind: .programs),
    RefusedWrite(path: "/companies/settings", platform: .refuel, kind: .programs),
    RefusedWrite(path: "/companies/conversions", platform: .refuel, kind: .decisions),
    RefusedWrite(path: "/companies/conversions/{id}", platform: .refuel, kind: .decisions),
    RefusedWrite(path: "/companies/rotate-key", platform: .refuel, kind: nil),
    RefusedWrite(path: "/companies/pause", platform: .refuel, kind: .programs),
    RefusedWrite(path: "/affiliates/settings", platform: .refuel, kind: .affiliates),
    RefusedWrite(path: "/track/click", platform: .refuel, kind: .clicks),
    RefusedWrite(path: "/track/conversion", platform: .refuel, kind: .orders),
    RefusedWrite(path: "/api/register", platform: .fangate, kind: .affiliates),
  ]
}
