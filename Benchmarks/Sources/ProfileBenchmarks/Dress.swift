// A native orders file in a partner's dress: other names, dates of the shop's clock, symbols on
// amounts, other words.
import Foundation

enum Dress {
  /// What reads the dressed file back.
  static let profile = """
    {
      "name": "dressed", "kind": "orders", "zone": "Europe/Berlin",
      "columns": {
        "order_id": { "from": ["Order #"], "required": true },
        "occurred_at": { "from": ["Placed"], "required": true, "dates": ["dd/MM/yyyy HH:mm:ss"] },
        "program_id": ["Shop"], "code": [{ "column": "Landing", "keys": "@codes" }],
        "click_id": ["Click ID"], "visitor_id": ["Visitor"], "customer_id": ["Customer"],
        "customer_email": ["E-Mail"], "ip": ["IP"],
        "amount": { "from": ["Net"], "required": true }, "currency": ["Currency"],
        "status": {
          "from": ["State"],
          "words": {
            "complete": "paid", "returned": "refunded", "partly returned": "partially_refunded",
            "void": "cancelled", "disputed": "chargeback"
          }
        },
        "refunded_amount": ["Returned"], "sku": ["Article"], "category": ["Group"],
        "updated_at": { "from": ["Changed"], "dates": ["dd/MM/yyyy HH:mm:ss"] }
      }
    }
    """

  private static let words = [
    "paid": "Complete", "refunded": "Returned", "partially_refunded": "Partly returned",
    "cancelled": "Void", "chargeback": "Disputed", "": "Complete",
  ]

  /// Writes the file; the cells of generated files have no quotes but for metadata, which is left
  /// out.
  static func dress(_ path: String, in folder: String) throws -> String {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    var out =
      "Order #,Placed,Shop,Landing,Click ID,Visitor,Customer,E-Mail,IP,Net,Currency,State,"
      + "Returned,Article,Group,Changed\n"
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count >= 17 else { continue }
      let amount = cells[9].isEmpty ? major(cells[10], cells[11]) : cells[9]
      let landing = cells[3].isEmpty ? "" : "https://shop.example/?utm_source=x&ref=\(cells[3])"
      let row = [
        cells[0], clock(cells[1]), cells[2], landing, cells[4], cells[5], cells[6], cells[7],
        cells[8], "$" + amount, cells[11].lowercased(), words[cells[12]] ?? "Complete",
        cells[13], cells[14], cells[15], clock(cells[16]),
      ]
      out += row.joined(separator: ",") + "\n"
    }
    let target = folder + "/dressed.csv"
    try Data(out.utf8).write(to: URL(fileURLWithPath: target))
    return target
  }

  private static func clock(_ instant: String) -> String {
    guard instant.utf8.count >= 19 else { return "" }
    let parts = instant.prefix(10).split(separator: "-")
    return "\(parts[2])/\(parts[1])/\(parts[0]) \(instant.dropFirst(11).prefix(8))"
  }

  private static func major(_ minor: String, _ currency: String) -> String {
    guard currency != "JPY", minor.utf8.count > 2 else { return minor }
    return "\(minor.dropLast(2)).\(minor.suffix(2))"
  }
}
