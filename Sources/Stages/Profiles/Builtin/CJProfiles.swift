// CJ: commission details, as its API gives them and as the same names stand in CSV.

enum CJProfiles {
  /// A correction is a row of its own with what it adds to its order: CJ never changes a row.
  static let commissions = #"""
    {
      "name": "cj-commissions",
      "title": "CJ: commission details",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["commissionId", "actionStatus", "actionTrackerId", "saleAmountUsd", "pubCommissionAmountUsd", "originalActionId", "postingDate"],
      "note": "Amount: saleAmountUsd, rounded half up to cents. Rows that are not original change the amount of their order. The names of CJ's own CSV download could not be confirmed; they are found in any case and spacing.",
      "rows": {
        "correction": [{ "column": "original", "is": ["false", "no", "0"] }],
        "filter": [{ "column": "actionType", "is": ["bonus", "click", "imp", "perf_inc"], "reason": "excluded" }]
      },
      "base": "usd",
      "bases": {
        "usd": {
          "from": ["saleAmountUsd", "Sale Amount (USD)", "Sale Amount", "saleAmountPubCurrency"],
          "required": true, "negative": "correction", "rounding": "half_up"
        },
        "publisher": { "from": ["saleAmountPubCurrency"], "required": true, "negative": "correction", "rounding": "half_up" }
      },
      "columns": {
        "order_id": { "from": ["orderId", "originalActionId", "commissionId"], "required": true },
        "occurred_at": { "from": ["eventDate"], "required": true },
        "updated_at": ["postingDate"],
        "currency": { "from": ["currency", "pubCurrency"], "default": "USD" },
        "code": ["shopperId", "sid", "coupon", "websiteId", "publisherId"],
        "click_id": ["cjEvent"],
        "sku": ["items.sku"],
        "metadata": ["commissionId"]
      }
    }
    """#
}
