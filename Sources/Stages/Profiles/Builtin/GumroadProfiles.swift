// Gumroad: the sales CSV of its dashboard. Its last row has totals.

enum GumroadProfiles {
  static let sales = #"""
    {
      "name": "gumroad-sales",
      "title": "Gumroad: sales",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Purchase ID", "Do not contact?", "Purchase Date", "Purchase Time (UTC timezone)", "Fully Refunded?", "Recurring Charge?"],
      "note": "Amount: Subtotal (without tax and shipping). Trials and pre-orders are unpaid.",
      "rows": {
        "filter": [
          { "column": "Free trial purchase?", "is": ["1", "true"], "reason": "unpaid" },
          { "column": "Pre-order authorization?", "is": ["1", "true"], "reason": "unpaid" }
        ]
      },
      "base": "subtotal",
      "bases": {
        "subtotal": { "from": ["Subtotal (*)", "Item Price (*)"], "required": true },
        "total": { "from": ["Sale Price (*)"], "required": true },
        "net": { "from": ["Net Total (*)"], "required": true }
      },
      "columns": {
        "order_id": { "from": ["Purchase ID"], "required": true },
        "occurred_at": {
          "join": ["Purchase Date", "Purchase Time (UTC timezone)"], "required": true,
          "dates": ["iso", "yyyy-MM-dd yyyy-MM-dd HH:mm:ss Z"]
        },
        "currency": ["Currency"],
        "status": {
          "when": [
            { "column": "Fully Refunded?", "is": ["1", "true"], "value": "refunded" },
            { "column": "Partial Refund (*)", "blank": false, "not": ["0", "0.0", "0.00", "$0", "$0.00"], "value": "partially_refunded" },
            { "column": "Refunded?", "is": ["1", "true"], "value": "refunded" },
            { "column": "Dispute Won?", "is": ["1", "true"], "value": "paid" },
            { "column": "Disputed?", "is": ["1", "true"], "value": "chargeback" }
          ],
          "default": "paid"
        },
        "refunded_amount": { "from": ["Partial Refund (*)"], "negative": "absolute", "cap": true },
        "code": [{ "column": "Referrer", "keys": "@codes" }, "Discount Code", "Affiliate"],
        "customer_email": ["Purchase Email", "Buyer Email"],
        "sku": ["SKU ID", "Product ID"],
        "category": ["Item Name"]
      }
    }
    """#
}
