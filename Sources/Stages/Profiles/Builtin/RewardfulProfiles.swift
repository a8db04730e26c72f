// Rewardful: commissions of its API; the header of its CSV could not be confirmed.

enum RewardfulProfiles {
  static let commissions = #"""
    {
      "name": "rewardful-commissions",
      "title": "Rewardful: commissions (API)",
      "kind": "orders",
      "header": "unconfirmed",
      "detect": ["due_at", "voided_at", "state", "sale", "campaign", "sale.charge_amount_cents"],
      "note": "Amount: sale.sale_amount_cents, the charge without tax.",
      "base": "net",
      "bases": {
        "net": { "from": ["sale.sale_amount_cents", "sale_amount_cents"], "unit": "minor", "required": true },
        "total": { "from": ["sale.charge_amount_cents", "charge_amount_cents"], "unit": "minor", "required": true }
      },
      "columns": {
        "order_id": { "from": ["sale.stripe_charge_id", "stripe_charge_id", "sale.id", "id"], "required": true },
        "occurred_at": { "from": ["sale.charged_at", "charged_at", "created_at"], "required": true },
        "updated_at": ["updated_at"],
        "currency": ["sale.currency", "currency"],
        "status": {
          "from": ["state"],
          "words": { "pending": "paid", "due": "paid", "paid": "paid", "voided": "cancelled" }
        },
        "refunded_amount": { "from": ["sale.refund_amount_cents", "refund_amount_cents"], "unit": "minor", "negative": "absolute", "cap": true },
        "code": ["sale.referral.link.token", "sale.affiliate.token", "affiliate.token", "sale.referral.coupon.token", "token"],
        "customer_id": ["sale.referral.stripe_customer_id", "stripe_customer_id"],
        "customer_email": ["sale.referral.customer.email", "customer.email"]
      }
    }
    """#
}
