// A first night in which each payment method pays somebody, for the tests of what follows.
import Pipeline

@testable import Stages

enum PayoutNight {
  static let payers = """
    {"sepa":{"name":"Example GmbH","iban":"DE89370400440532013000","bic":"COBADEFFXXX"},
    "ach":{"destination":"021000021","destination_name":"FIRST BANK","origin":"1234567890",
    "origin_name":"EXAMPLE INC","company_name":"EXAMPLE INC","company_id":"1234567890"}}
    """

  static let programs = """
    program_id,currency,require_click,payout_minimum_minor,fraud_review_threshold
    usd,USD,false,1000,1
    eur,EUR,false,1000,1

    """

  /// Who is paid how; each has a code of the same name in `usd`, and `E-` before it in `eur`.
  static func affiliates(_ changed: [String] = []) -> String {
    let rows = [
      #"paypal,Pay Pal,PAYPAL,pay@example.com,"#,
      #"wise,Wise Account,WISE,,"{""iban"":""FR1420041010050500013M02606""}""#,
      #"mail,Wise Mail,WISE,mail@example.com,"#,
      #"sepa,Sepa Müller,SEPA,,"{""iban"":""DE89370400440532013000""}""#,
      #"badsepa,Bad Account,SEPA,,"{""iban"":""DE88370400440532013000""}""#,
      #"ach,Ach Person,ACH,,"{""routing_number"":""021000021"",""account_number"":""123"","#
        + #"""account_type"":""checking"",""holder"":""person""}""#,
      #"stripe,Str Ipe,STRIPE,,"#,
      #"formula,=HYPERLINK(1),MANUAL,,"#,
      #"small,=SMALL(1),MANUAL,,"#,
    ]
    let header = "affiliate_id,name,payment_method,payment_email,payment_details,email,"
    let all = (changed.isEmpty ? rows : changed).map { row in
      let id = row.prefix { $0 != "," }
      return "\(row),\(id)@example.org,\(id == "stripe" ? "acct_1" : "")\n"
    }
    return header + "stripe_connect_id\n" + all.joined()
  }

  static let owners = [
    ("paypal", "usd"), ("wise", "usd"), ("mail", "usd"), ("sepa", "usd"), ("sepa", "eur"),
    ("badsepa", "eur"), ("ach", "usd"), ("stripe", "usd"), ("formula", "usd"), ("small", "usd"),
  ]

  /// Each earns 16.00, `small` 8.00.
  static func earnings(_ files: inout [InputKind: String]) {
    var codes = "code,affiliate_id,program_id\n"
    var orders = "order_id,occurred_at,program_id,code,amount\n"
    for (number, (affiliate, program)) in owners.enumerated() {
      codes += "C\(number),\(affiliate),\(program)\n"
      let amount = affiliate == "small" ? 100 : 200
      orders += "o\(number),2026-03-0\(number % 9 + 1)T10:00:00Z,\(program),C\(number),\(amount)\n"
    }
    (files[.codes], files[.orders]) = (codes, orders)
  }

  /// Runs that night; it is run `2026-03-31.1`.
  static func first(payers: String = payers, settings: String = "") throws -> SampleJob {
    let job = try SampleJob(payers: payers, settings: settings)
    var files: [InputKind: String] = [.programs: programs, .affiliates: affiliates()]
    earnings(&files)
    try job.run(4, 1, files)
    return job
  }

  /// The id of the payout to an affiliate in the first run.
  static func payout(to affiliate: String, _ job: SampleJob) throws -> String {
    try job.rows("2026-03-31.1", "payouts/payouts.csv").first { $0[3] == affiliate }?[0] ?? ""
  }
}
