// WooCommerce: the orders report of its analytics, and the export plugin that most shops have.

enum WooCommerceProfiles {
  /// A translated shop has translated headers: name them in a profile that extends this one.
  static let analytics = #"""
    {
      "name": "woocommerce-analytics-orders",
      "title": "WooCommerce: analytics, orders",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Order #", "N. Revenue (formatted)", "Net Sales", "Customer type", "Coupon(s)"],
      "note": "Amount: Net Sales (without tax and shipping), rounded half up. A row below zero is a refund and changes its order. Dates are on the shop's clock: set \"zone\".",
      "base": "net",
      "bases": {
        "net": { "from": ["Net Sales", "N. Revenue (formatted)"], "required": true, "negative": "correction", "rounding": "half_up" },
        "total": { "from": ["Total Sales", "N. Revenue (formatted)"], "required": true, "negative": "correction", "rounding": "half_up" }
      },
      "columns": {
        "order_id": { "from": ["Order #"], "required": true },
        "occurred_at": { "from": ["Date"], "required": true },
        "currency": ["Currency", "N. Revenue (formatted)"],
        "status": {
          "from": ["Status"],
          "strip": "wc-",
          "words": {
            "completed": "paid", "processing": "paid", "paid": "paid",
            "refunded": "refunded", "partially-refunded": "paid", "cancelled": "cancelled", "canceled": "cancelled",
            "pending": { "filter": "unpaid" }, "pending payment": { "filter": "unpaid" },
            "on-hold": { "filter": "unpaid" }, "on hold": { "filter": "unpaid" },
            "failed": { "filter": "unpaid" }, "draft": { "filter": "unpaid" },
            "checkout-draft": { "filter": "unpaid" }, "trash": { "filter": "excluded" }
          }
        },
        "code": [{ "column": "Attribution", "keys": "@codes" }, "Coupon(s)"]
      }
    }
    """#

  static let csvExport = #"""
    {
      "name": "woocommerce-csv-export",
      "title": "WooCommerce: order export plugin",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["order_number", "order_total", "cart_discount", "payment_method", "shipping_method"],
      "note": "Amount: order_total less tax and shipping. Dates are on the shop's clock: set \"zone\".",
      "base": "net",
      "bases": {
        "net": {
          "from": ["order_total"], "required": true,
          "minus": ["order_tax", "order_shipping", "order_shipping_tax", "tax_total", "shipping_total"]
        },
        "total": { "from": ["order_total"], "required": true }
      },
      "columns": {
        "order_id": { "from": ["order_number_formatted", "order_number", "order_id"], "required": true },
        "occurred_at": { "from": ["date", "order_date"], "required": true },
        "currency": ["order_currency", "currency"],
        "status": {
          "from": ["status", "order_status"],
          "strip": "wc-",
          "words": {
            "completed": "paid", "processing": "paid", "paid": "paid", "refunded": "refunded",
            "cancelled": "cancelled", "canceled": "cancelled",
            "pending": { "filter": "unpaid" }, "on-hold": { "filter": "unpaid" },
            "failed": { "filter": "unpaid" }, "draft": { "filter": "unpaid" },
            "checkout-draft": { "filter": "unpaid" }, "trash": { "filter": "excluded" }
          }
        },
        "refunded_amount": { "from": ["refunded_total", "order_refunded"], "negative": "absolute", "cap": true },
        "code": [{ "column": "customer_note", "keys": "@codes" }, "affiliate_code", "coupon_items", "coupons"],
        "customer_id": ["customer_user", "customer_id"],
        "customer_email": ["billing_email"]
      }
    }
    """#
}
