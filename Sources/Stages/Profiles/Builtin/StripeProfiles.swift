// Stripe: payments as the dashboard exports them, and the itemised balance report.

enum StripeProfiles {
  static let payments = #"""
    {
      "name": "stripe-payments",
      "title": "Stripe: payments",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Amount Refunded", "Converted Amount", "Captured", "Payment Source Type", "Created date (UTC)", "Created (UTC)", "Customer Email"],
      "note": "Amount: the charge, with whatever tax and shipping it has; the export does not tell them apart.",
      "rows": {
        "filter": [{ "column": "Captured", "is": ["false", "no", "0"], "reason": "unpaid" }]
      },
      "base": "total",
      "bases": { "total": { "from": ["Amount"], "required": true } },
      "columns": {
        "order_id": { "from": ["id"], "required": true },
        "occurred_at": { "from": ["Created date (UTC)", "Created (UTC)", "Created date", "Created"], "required": true },
        "currency": ["Currency"],
        "status": {
          "when": [{ "column": "Dispute Status", "is": "lost", "value": "chargeback" }],
          "from": ["Status"],
          "words": {
            "paid": "paid", "succeeded": "paid", "complete": "paid",
            "refunded": "refunded", "full refund": "refunded",
            "partial refund": "partially_refunded", "partially refunded": "partially_refunded",
            "disputed": "chargeback", "dispute lost": "chargeback", "lost": "chargeback",
            "needs response": "paid", "under review": "paid", "warning_needs_response": "paid", "won": "paid",
            "failed": { "filter": "unpaid" }, "pending": { "filter": "unpaid" },
            "blocked": { "filter": "unpaid" }, "canceled": { "filter": "unpaid" },
            "cancelled": { "filter": "unpaid" }, "uncaptured": { "filter": "unpaid" },
            "incomplete": { "filter": "unpaid" }, "processing": { "filter": "unpaid" },
            "requires_payment_method": { "filter": "unpaid" }, "requires_capture": { "filter": "unpaid" },
            "requires_action": { "filter": "unpaid" }, "requires_confirmation": { "filter": "unpaid" }
          }
        },
        "refunded_amount": { "from": ["Amount Refunded"], "negative": "absolute", "cap": true },
        "code": [
          "ref (metadata)", "via (metadata)", "aff (metadata)", "affiliate (metadata)",
          "affiliate_code (metadata)", "referral (metadata)", "referral_code (metadata)",
          "code (metadata)", "coupon (metadata)", { "column": "Description", "keys": "@codes" }
        ],
        "click_id": ["click_id (metadata)", "clickid (metadata)", "dubClickId (metadata)"],
        "visitor_id": ["visitor_id (metadata)"],
        "customer_id": ["Customer ID"],
        "customer_email": ["Customer Email"]
      }
    }
    """#

  static let balance = #"""
    {
      "name": "stripe-balance-itemized",
      "title": "Stripe: balance, itemised",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["balance_transaction_id", "reporting_category", "available_on_utc", "gross", "net", "source_id"],
      "note": "Amount: gross. Refunds and disputes change the order of their charge_id, so export that column. Payouts, fees and the like are excluded.",
      "rows": {
        "filter": [{
          "column": "reporting_category", "reason": "excluded",
          "not": ["charge", "payment", "refund", "payment_refund", "dispute", "dispute_reversal", "partial_capture_reversal", "charge_failure", "refund_failure"]
        }],
        "correction": [{
          "column": "reporting_category",
          "is": ["refund", "payment_refund", "dispute", "dispute_reversal", "partial_capture_reversal", "charge_failure", "refund_failure"]
        }]
      },
      "base": "gross",
      "bases": {
        "gross": { "from": ["gross"], "required": true },
        "net": { "from": ["net"], "required": true }
      },
      "columns": {
        "order_id": { "from": ["charge_id", "payment_intent_id", "source_id"], "required": true },
        "occurred_at": { "from": ["created_utc", "created"], "required": true },
        "updated_at": ["created_utc", "created"],
        "currency": { "from": ["currency"], "required": true },
        "code": [
          "payment_metadata[ref]", "payment_metadata[via]", "payment_metadata[aff]",
          "payment_metadata[affiliate]", "payment_metadata[affiliate_code]",
          "payment_metadata[referral]", "payment_metadata[referral_code]", "payment_metadata[code]",
          { "column": "description", "keys": "@codes" }
        ],
        "click_id": ["payment_metadata[click_id]", "payment_metadata[clickid]"],
        "customer_id": ["customer_id"],
        "customer_email": ["customer_email"],
        "metadata": ["balance_transaction_id"]
      }
    }
    """#
}
