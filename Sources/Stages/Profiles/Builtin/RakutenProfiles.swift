// Rakuten Advertising: the signature orders report, one row for each article of an order.

enum RakutenProfiles {
  static let orders = #"""
    {
      "name": "rakuten-signature-orders",
      "title": "Rakuten Advertising: signature orders",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Member ID (U1)", "Member ID", "MID", "Merchant ID", "Transaction Date", "Transaction Time", "Process Date", "Total Commission", "# of Items"],
      "note": "Amount: Sales. Each article is an order of its own, ORDER/SKU; a negative row changes the one that it names.",
      "dates": ["iso", "M/d/yyyy H:mm:ss", "M/d/yy H:mm:ss", "M/d/yyyy h:mm:ss a", "M/d/yy h:mm:ss a", "M/d/yyyy h:mm a", "M/d/yy h:mm a"],
      "base": "sale",
      "bases": { "sale": { "from": ["Sales"], "required": true, "negative": "correction", "rounding": "half_up" } },
      "columns": {
        "order_id": { "join": ["Order ID", "SKU", "SKU Number"], "with": "/", "required": true },
        "occurred_at": { "join": ["Transaction Date", "Transaction Time"], "required": true },
        "updated_at": { "join": ["Process Date", "Process Time"] },
        "currency": ["Currency"],
        "code": ["Member ID (U1)", "Member ID", "U1"],
        "sku": ["SKU", "SKU Number"]
      }
    }
    """#
}
