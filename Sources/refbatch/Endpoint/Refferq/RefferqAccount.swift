// `/api/auth/me`: who the token is of.
import Pipeline
import Stages

enum RefferqAccount {
  @Sendable static func me(_ call: Call) throws -> Answer {
    guard let caller = call.caller else {
      throw Refusal(kind: .unauthorized, text: "User not found")
    }
    let user: (id: Text, name: Text?, email: Text?)
    switch caller.role {
    case .admin: user = (caller.subject, caller.subject, caller.claims.email)
    case .company:
      let program = try call.ownProgram()
      user = (program.id, program.name, program.email)
    case .affiliate:
      let affiliate = try call.ownAffiliate()
      user = (affiliate.userOrOwnID, affiliate.name, affiliate.email)
    }
    return try Answer.json { json in
      json.beginObject()
      json.object("user") { json in
        json.member("id", user.id)
        json.member("name", user.name)
        json.member("email", user.email)
        json.member("role", caller.role.rawValue.uppercased())
        json.member("hasAffiliate", caller.role == .affiliate)
      }
      json.endObject()
    }
  }
}
