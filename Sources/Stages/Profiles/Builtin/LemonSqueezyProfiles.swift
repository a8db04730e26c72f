// Lemon Squeezy: orders, after the names of its API; the header of its CSV could not be confirmed.

enum LemonSqueezyProfiles {
  static let orders = #"""
    {
      "name": "lemonsqueezy-orders",
      "title": "Lemon Squeezy: orders (API names)",
      "kind": "orders",
      "header": "unconfirmed",
      "detect": ["order_number", "discount_total", "currency_rate", "tax_inclusive", "status_formatted", "user_email"],
      "note": "Amount: subtotal less discounts, in cents. The API's objects as JSONL, with or without their \"attributes\".",
      "base": "subtotal",
      "bases": {
        "subtotal": {
          "from": ["subtotal", "attributes.subtotal"], "minus": ["discount_total", "attributes.discount_total"],
          "unit": "minor", "required": true
        },
        "total": { "from": ["total", "attributes.total"], "unit": "minor", "required": true }
      },
      "columns": {
        "order_id": { "from": ["order_number", "attributes.order_number", "identifier", "attributes.identifier", "id"], "required": true },
        "occurred_at": { "from": ["created_at", "attributes.created_at", "Date"], "required": true },
        "updated_at": ["updated_at", "attributes.updated_at"],
        "currency": ["currency", "attributes.currency"],
        "status": {
          "from": ["status", "attributes.status"],
          "words": {
            "paid": "paid", "refunded": "refunded", "partial_refund": "partially_refunded", "partial refund": "partially_refunded",
            "fraudulent": "chargeback",
            "pending": { "filter": "unpaid" }, "failed": { "filter": "unpaid" }
          }
        },
        "refunded_amount": {
          "from": ["refunded_amount", "attributes.refunded_amount"], "unit": "minor", "negative": "absolute", "cap": true
        },
        "code": ["custom_data.ref", "meta.custom_data.ref", "custom_data.aff", "custom_data.via", "discount_code", "aff_ref"],
        "customer_id": ["customer_id", "attributes.customer_id"],
        "customer_email": ["user_email", "attributes.user_email"],
        "sku": ["first_order_item.variant_id", "attributes.first_order_item.variant_id"]
      }
    }
    """#
}
