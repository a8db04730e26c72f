// Amazon Associates: the earnings report. It names no orders, so a row is one.

enum AmazonProfiles {
  static let earnings = #"""
    {
      "name": "amazon-associates-earnings",
      "title": "Amazon Associates: earnings",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["ASIN", "Tracking ID", "Date Shipped", "Ad Fees($)", "Items Shipped", "Device Type Group", "Direct/Indirect"],
      "note": "Amount: Revenue. The report has no order ids: a row's id is made of its cells, so that rows alike in all of them are one, and a return finds no order (unknown_target).",
      "dates": ["MMMM d yyyy", "MMMM d, yyyy", "d MMMM yyyy", "d. MMMM yyyy", "d 'de' MMMM 'de' yyyy", "iso", "M/d/yyyy"],
      "base": "revenue",
      "bases": { "revenue": { "from": ["Revenue(*)", "Revenue"], "required": true, "negative": "correction" } },
      "columns": {
        "order_id": {
          "join": ["ASIN", "Tracking ID", "Date Shipped", "Price(*)", "Items Shipped", "Device Type Group", "Direct/Indirect"],
          "with": "|", "hash": true, "required": true
        },
        "occurred_at": { "from": ["Date Shipped"], "required": true },
        "currency": ["Currency"],
        "code": ["Tracking ID"],
        "sku": ["ASIN"],
        "category": ["Category"]
      }
    }
    """#
}
