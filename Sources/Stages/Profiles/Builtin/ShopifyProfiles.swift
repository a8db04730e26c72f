// Shopify: orders exported from its admin.

enum ShopifyProfiles {
  /// Subtotal is what the articles cost after discounts: without shipping, and without tax unless
  /// the shop's prices contain it.
  static let orders = #"""
    {
      "name": "shopify-orders",
      "title": "Shopify: orders",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Financial Status", "Fulfillment Status", "Lineitem quantity", "Lineitem name", "Paid at"],
      "note": "Amount: Subtotal (after discounts, without shipping and added tax). The lines of further articles of an order are no rows.",
      "rows": {
        "skip": [{ "column": ["Financial Status", "Subtotal", "Total"], "blank": true }]
      },
      "base": "subtotal",
      "bases": {
        "subtotal": { "from": ["Subtotal"], "required": true },
        "total": { "from": ["Total"], "required": true },
        "net": { "from": ["Total"], "minus": ["Taxes", "Shipping"], "required": true }
      },
      "columns": {
        "order_id": { "from": ["Name"], "required": true },
        "occurred_at": { "from": ["Created at"], "required": true },
        "currency": ["Currency"],
        "status": {
          "when": [
            { "column": "Financial Status", "is": "refunded", "value": "refunded" },
            { "column": "Financial Status", "is": "voided", "value": "cancelled" },
            { "column": "Cancelled at", "blank": false, "value": "cancelled" }
          ],
          "from": ["Financial Status"],
          "words": {
            "paid": "paid", "refunded": "refunded", "partially_refunded": "partially_refunded",
            "voided": "cancelled",
            "pending": { "filter": "unpaid" }, "authorized": { "filter": "unpaid" },
            "partially_paid": { "filter": "unpaid" }, "unpaid": { "filter": "unpaid" },
            "expired": { "filter": "unpaid" }
          }
        },
        "refunded_amount": { "from": ["Refunded Amount"], "negative": "absolute", "cap": true },
        "code": [
          { "column": "Note Attributes", "keys": "@codes" },
          { "column": "Notes", "keys": "@codes" },
          "Discount Code"
        ],
        "click_id": [{ "column": "Note Attributes", "keys": "@clicks" }],
        "visitor_id": [{ "column": "Note Attributes", "keys": ["visitor_id", "visitorid"] }],
        "customer_email": ["Email"],
        "sku": { "from": ["Lineitem sku"], "strip": "'" }
      }
    }
    """#
}
