// Finds in the store whose token it is (ENDPOINT T.1, T.2).
import Pipeline
import Stages

extension StoreReading {
  /// The bearer of a token.
  ///
  /// - Throws: ``Refusal`` for a subject that nobody has.
  func caller(_ claims: Claims) throws -> Caller {
    var caller = Caller(claims: claims)
    switch claims.role {
    case .admin: return caller
    case .company:
      caller.program = try number("SELECT no FROM programs WHERE program_id = ?1", claims.subject)
    case .affiliate:
      caller.affiliate =
        try number("SELECT no FROM affiliates WHERE affiliate_id = ?1", claims.subject)
        ?? onlyAffiliate(ofUser: claims.subject)
    }
    guard caller.program != nil || caller.affiliate != nil else {
      throw Refusal(kind: .unauthorized, text: "User not found")
    }
    return caller
  }

  private func number(_ sql: String, _ text: Text) throws -> Int64? {
    try statements.with(sql) { statement in
      try statement.bind(text: text, at: 1)
      return try statement.step() ? statement.int(0) : nil
    }
  }

  /// The affiliate of a user_id that exactly one has.
  private func onlyAffiliate(ofUser user: Text) throws -> Int64? {
    let users = try derived("affiliates by user_id") {
      var users: [Text: Int64?] = [:]
      try statements.with("SELECT user_id, no FROM affiliates WHERE user_id IS NOT NULL") { rows in
        while try rows.step() {
          let user = rows.text(0)
          let number: Int64? = users[user] == nil ? rows.int(1) : nil
          users[user] = .some(number)
        }
      }
      return users
    }
    return users[user] ?? nil
  }
}
