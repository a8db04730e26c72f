// Paddle: transactions, after the names of its API and report; the header could not be confirmed.

enum PaddleProfiles {
  static let transactions = #"""
    {
      "name": "paddle-transactions",
      "title": "Paddle: transactions (API names)",
      "kind": "orders",
      "header": "unconfirmed",
      "detect": ["billed_at", "subscription_id", "invoice_number", "price_ids", "currency_code", "customer_id", "transaction_id"],
      "note": "Amount: subtotal less discounts, without tax, in minor units.",
      "base": "subtotal",
      "bases": {
        "subtotal": {
          "from": ["details.totals.subtotal", "subtotal", "transaction_subtotal"],
          "minus": ["details.totals.discount", "discount", "transaction_discount"], "unit": "minor", "required": true
        },
        "total": { "from": ["details.totals.total", "total", "transaction_total"], "unit": "minor", "required": true },
        "net": { "from": ["details.totals.earnings", "earnings"], "unit": "minor", "required": true }
      },
      "columns": {
        "order_id": { "from": ["transaction_id", "id"], "required": true },
        "occurred_at": { "from": ["billed_at", "created_at", "transaction_created_at"], "required": true },
        "updated_at": ["updated_at", "transaction_updated_at"],
        "currency": ["currency_code", "currency", "details.totals.currency_code"],
        "status": {
          "from": ["status", "transaction_status"],
          "words": {
            "completed": "paid", "paid": "paid", "canceled": "cancelled", "cancelled": "cancelled",
            "draft": { "filter": "unpaid" }, "ready": { "filter": "unpaid" },
            "billed": { "filter": "unpaid" }, "past_due": { "filter": "unpaid" }
          }
        },
        "code": ["custom_data.ref", "custom_data.via", "custom_data.aff", "custom_data.affiliate", "custom_data.referral", "discount_code"],
        "click_id": ["custom_data.click_id"],
        "customer_id": ["customer_id"],
        "customer_email": ["customer_email", "customer.email"]
      }
    }
    """#
}
