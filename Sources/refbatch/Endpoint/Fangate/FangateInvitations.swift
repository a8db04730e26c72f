// Invitations: links and codes that follow from who invites and for what part, and who came.
import Pipeline
import Stages

enum FangateInvitations {
  /// The code of the caller's invitation for the part asked for, or the default one.
  private static func invitation(_ call: Call) throws -> Text {
    let affiliate = try call.ownAffiliate()
    let fee = call.number("fee_percentage").map { BasisPoints(Int32(clamping: $0)) }
    return InvitationCode.text(
      affiliate: AffiliateID(affiliate.id), fee: try fee ?? call.reading.defaultFee())
  }

  private static func answer(_ write: (inout JSONWriter) throws -> Void) throws -> Answer {
    try Answer.json { json in
      json.beginObject()
      json.member("success", true)
      json.member("errors_message", nil as Text?)
      json.key("data")
      try write(&json)
      json.endObject()
    }
  }

  @Sendable static func link(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let fee = try call.number("fee_percentage") ?? Int64(call.reading.defaultFee().value)
    // The text that ENDPOINT S3.2 names: the same question has the same link.
    let name = PlatformUUID.version5(Array("invite:\(affiliate.id):\(fee)".utf8))
    return try answer { $0.string("\(call.publicURL)/applink/\(name)") }
  }

  @Sendable static func code(_ call: Call) throws -> Answer {
    let code = try invitation(call)
    return try answer { json in
      json.beginObject()
      json.member("code", code)
      json.endObject()
    }
  }

  @Sendable static func invited(_ call: Call) throws -> Answer {
    let affiliate = try call.ownAffiliate()
    let invited = try call.reading.invited(by: affiliate.number)
      .map { (id: PlatformNumber.number(.affiliate, $0.id), email: $0.email, fee: $0.fee) }
      .sorted { $0.id < $1.id }
    return try answer { json in
      json.beginArray()
      for entry in invited {
        json.beginObject()
        json.member("id", entry.id)
        json.member("email", entry.email)
        json.member("fee_percentage", decimal: Figure.percent(entry.fee))
        json.endObject()
      }
      json.endArray()
    }
  }
}
