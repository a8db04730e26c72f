// Tapfiliate: conversions, in the form that its documentation gives.

enum TapfiliateProfiles {
  static let conversions = #"""
    {
      "name": "tapfiliate-conversions",
      "title": "Tapfiliate: conversions",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["external_id", "affiliate_email", "program", "affiliate_meta_data", "click_landing_page", "commission_status"],
      "note": "Amount: amount.",
      "base": "sale",
      "bases": { "sale": { "from": ["amount"], "required": true, "rounding": "half_up" } },
      "columns": {
        "order_id": { "from": ["external_id"], "required": true },
        "occurred_at": { "from": ["created_at"], "required": true },
        "currency": ["currency"],
        "status": {
          "from": ["commission_status"],
          "words": {
            "approved": "paid", "pending": "paid", "paid": "paid",
            "disapproved": "cancelled", "rejected": "cancelled", "declined": "cancelled"
          }
        },
        "code": [
          "referral_code", "coupon",
          { "column": "click_landing_page", "keys": "@codes" }, { "column": "landing_page", "keys": "@codes" },
          { "column": "meta_data", "keys": "@codes" }, "affiliate_email"
        ],
        "customer_id": ["customer_id"],
        "ip": ["ip"],
        "category": ["commission_type"]
      }
    }
    """#
}
