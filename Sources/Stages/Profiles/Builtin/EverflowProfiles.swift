// Everflow: conversions, by the names of its API and CSV.

enum EverflowProfiles {
  static let conversions = #"""
    {
      "name": "everflow-conversions",
      "title": "Everflow: conversions",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["conversion_id", "conversion_unix_timestamp", "payout_type", "revenue_type", "sale_amount", "transaction_id", "is_scrub", "adv1"],
      "note": "Amount: sale_amount.",
      "dates": ["iso", "unix", "M/d/yyyy H:mm:ss", "M/d/yyyy h:mm:ss a"],
      "rows": { "filter": [{ "column": "is_scrub", "is": ["true", "1", "yes"], "reason": "excluded" }] },
      "base": "sale",
      "bases": {
        "sale": { "from": ["sale_amount"], "required": true, "rounding": "half_up", "negative": "correction" },
        "revenue": { "from": ["revenue"], "required": true, "rounding": "half_up", "negative": "correction" }
      },
      "columns": {
        "order_id": { "from": ["conversion_id"], "required": true },
        "occurred_at": { "from": ["conversion_unix_timestamp", "conversion_date", "date"], "required": true },
        "currency": ["currency_id", "currency"],
        "status": {
          "from": ["status"],
          "words": {
            "approved": "paid", "pending": "paid", "on_hold": "paid", "on hold": "paid",
            "rejected": "cancelled", "invalid": "cancelled"
          }
        },
        "code": ["sub1", "coupon_code", "relationship.affiliate.network_affiliate_id", "affiliate_id", { "column": "url", "keys": "@codes" }],
        "click_id": ["transaction_id"],
        "customer_email": ["email"],
        "ip": ["session_user_ip", "conversion_user_ip"],
        "category": ["event"]
      }
    }
    """#
}
