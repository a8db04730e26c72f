// PartnerStack: rewards of its API; the header of its CSV could not be confirmed.

enum PartnerStackProfiles {
  static let rewards = #"""
    {
      "name": "partnerstack-rewards",
      "title": "PartnerStack: rewards (API)",
      "kind": "orders",
      "header": "unconfirmed",
      "detect": ["reward_status", "partnership", "transaction", "customer", "key", "transaction.amount"],
      "note": "Amount: transaction.amount in minor units, else the reward's own amount.",
      "dates": ["iso", "unix"],
      "base": "transaction",
      "bases": {
        "transaction": { "from": ["transaction.amount", "transaction_amount", "amount"], "unit": "minor", "required": true, "negative": "correction" }
      },
      "columns": {
        "order_id": { "from": ["transaction.key", "transaction_key", "key"], "required": true },
        "occurred_at": { "from": ["created_at"], "required": true },
        "updated_at": ["updated_at"],
        "currency": { "from": ["transaction.currency", "transaction_currency", "currency"], "default": "USD" },
        "status": {
          "from": ["reward_status", "status"],
          "words": {
            "hold": "paid", "pending": "paid", "approved": "paid", "paid": "paid", "scheduled": "paid",
            "declined": "cancelled"
          }
        },
        "code": ["partnership.partner_key", "partner_key", "partnership_key", "partnership.email"],
        "customer_id": ["customer.external_key", "customer.customer_key", "customer_key"],
        "customer_email": ["customer.email", "customer_email"]
      }
    }
    """#
}
