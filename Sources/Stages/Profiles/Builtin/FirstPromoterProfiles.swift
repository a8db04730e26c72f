// FirstPromoter: commissions of its API; the header of its CSV could not be confirmed.

enum FirstPromoterProfiles {
  static let commissions = #"""
    {
      "name": "firstpromoter-commissions",
      "title": "FirstPromoter: commissions (API)",
      "kind": "orders",
      "header": "unconfirmed",
      "detect": ["commission_type", "is_self_referral", "sale_amount", "original_sale_amount", "original_sale_currency", "fraud_check", "is_split"],
      "note": "Amount: original_sale_amount, else sale_amount, in cents. Rewards that are no money (credits, points, free months) and custom ones without a sale are excluded.",
      "rows": {
        "filter": [
          { "column": "unit", "blank": false, "not": ["cash", "money", "currency", "null"], "reason": "excluded" },
          { "column": "commission_type", "is": ["custom"], "reason": "excluded" }
        ]
      },
      "base": "sale",
      "bases": {
        "sale": { "from": ["original_sale_amount", "sale_amount"], "unit": "minor", "required": true, "negative": "correction" }
      },
      "columns": {
        "order_id": { "from": ["event_id", "id"], "required": true },
        "occurred_at": { "from": ["created_at"], "required": true },
        "updated_at": ["updated_at"],
        "currency": ["original_sale_currency", "currency"],
        "status": {
          "from": ["status"],
          "words": { "pending": "paid", "approved": "paid", "denied": "cancelled" }
        },
        "code": ["promoter_campaign.ref_token", "ref_token", "ref_id", "promoter.ref_id"],
        "customer_id": ["referral.uid", "referral_uid"],
        "customer_email": ["referral.email", "referral_email"]
      }
    }
    """#
}
