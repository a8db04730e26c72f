// Who asks: what a token says, and what the store knows of it.
import Pipeline

/// What a token lets its bearer read.
enum Role: String, CaseIterable, Sendable {
  case admin, company, affiliate
}

/// What a verified token says.
struct Claims: Hashable, Sendable {
  var role: Role
  /// `sub`: a program_id, an affiliate_id or user_id, or any text of an admin's.
  var subject: Text
  /// `email`, shown to an admin who asks for itself.
  var email: Text?
}

/// The bearer of a token, found in the store.
struct Caller: Sendable {
  var claims: Claims
  /// A company's `programs.no`.
  var program: Int64?
  /// An affiliate's `affiliates.no`.
  var affiliate: Int64?

  var role: Role { claims.role }
  var subject: Text { claims.subject }
}
