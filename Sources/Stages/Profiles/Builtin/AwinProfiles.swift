// Awin: transactions as the interface exports them and as the API gives them.

enum AwinProfiles {
  static let csv = #"""
    {
      "name": "awin-transactions-csv",
      "title": "Awin: transactions (export)",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["publisher_id", "sale_amount", "commission_status", "validation_date", "decline_reason", "site_name"],
      "note": "Amount: sale_amount. The tail of the header could not be confirmed; it is not needed. Dates are on the account's clock: set \"zone\".",
      "dates": ["iso", "dd/MM/yyyy HH:mm:ss"],
      "base": "sale",
      "bases": { "sale": { "from": ["sale_amount"], "required": true, "negative": "correction", "rounding": "half_up" } },
      "columns": {
        "order_id": { "from": ["extra", "order_ref", "id"], "required": true },
        "occurred_at": { "from": ["date", "transaction_date"], "required": true },
        "currency": ["currency", "sale_amount_currency"],
        "status": {
          "from": ["commission_status", "status"],
          "words": {
            "0": "paid", "pending": "paid", "1": "paid", "approved": "paid", "confirmed": "paid", "bonus": "paid",
            "2": "cancelled", "declined": "cancelled", "deleted": "cancelled"
          }
        },
        "code": ["clickref", "click_ref", "voucher_code", "publisher_id", { "column": "URL", "keys": "@codes" }],
        "click_id": ["awc"],
        "category": ["commission_group"]
      }
    }
    """#

  static let api = #"""
    {
      "name": "awin-transactions-api",
      "title": "Awin: transactions (API)",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["advertiserId", "publisherId", "commissionStatus", "saleAmount", "commissionAmount", "transactionDate", "clickRefs"],
      "note": "Amount: saleAmount.amount. Dates have no zone: set \"zone\" to the one that was asked for.",
      "base": "sale",
      "bases": {
        "sale": {
          "from": ["saleAmount.amount", "saleAmount_amount", "saleAmount"], "required": true,
          "negative": "correction", "rounding": "half_up"
        }
      },
      "columns": {
        "order_id": { "from": ["orderRef", "id"], "required": true },
        "occurred_at": { "from": ["transactionDate"], "required": true },
        "currency": ["saleAmount.currency", "currency"],
        "status": {
          "from": ["commissionStatus"],
          "words": {
            "pending": "paid", "approved": "paid", "confirmed": "paid", "bonus": "paid",
            "declined": "cancelled", "deleted": "cancelled"
          }
        },
        "code": ["clickRefs.clickRef", "clickRef", "voucherCode", "publisherId", { "column": "publisherUrl", "keys": "@codes" }],
        "metadata": ["id"]
      }
    }
    """#
}
