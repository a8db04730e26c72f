// Dub: commissions and events, as its dashboard exports them; amounts are `$1,234.56`.

enum DubProfiles {
  static let commissions = #"""
    {
      "name": "dub-commissions",
      "title": "Dub: commissions",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Earnings", "Invoice ID", "Quantity", "Type", "Created at", "Partner email", "Partner tenant ID"],
      "note": "Amount: Amount, the sale. Clicks, leads and custom commissions are excluded.",
      "rows": { "filter": [{ "column": "Type", "not": ["sale"], "reason": "excluded" }] },
      "base": "sale",
      "bases": { "sale": { "from": ["Amount"], "required": true, "negative": "correction" } },
      "columns": {
        "order_id": { "from": ["Invoice ID", "ID"], "required": true },
        "occurred_at": { "from": ["Created at"], "required": true },
        "updated_at": ["Updated at"],
        "currency": { "from": ["Currency"], "required": true },
        "status": {
          "from": ["Status"],
          "words": {
            "pending": "paid", "processed": "paid", "paid": "paid", "hold": "paid", "refunded": "refunded",
            "duplicate": "cancelled", "fraud": "cancelled", "canceled": "cancelled", "cancelled": "cancelled"
          }
        },
        "code": ["Link", "Partner tenant ID", "Partner ID"],
        "customer_id": ["Customer external ID", "Customer ID"],
        "customer_email": ["Customer email"]
      }
    }
    """#

  static let events = #"""
    {
      "name": "dub-events",
      "title": "Dub: events, their sales",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Event", "Date", "Link", "Sale Amount", "Invoice ID", "Click ID", "Destination URL"],
      "note": "Amount: Sale Amount. Clicks and leads are excluded; dub-event-clicks reads the clicks of the same file.",
      "rows": { "filter": [{ "column": "Event", "blank": false, "not": ["sale"], "reason": "excluded" }] },
      "base": "sale",
      "bases": { "sale": { "from": ["Sale Amount"], "required": true } },
      "columns": {
        "order_id": {
          "from": ["Invoice ID", "Sale ID", "Event ID"],
          "join": ["Date", "Link", "Customer", "Sale Amount"], "with": " ", "required": true
        },
        "occurred_at": { "from": ["Date"], "required": true },
        "currency": { "from": ["Currency"], "default": "USD" },
        "code": [{ "column": "Link", "path": "/" }, { "column": "Destination URL", "keys": "@codes" }],
        "click_id": ["Click ID"],
        "customer_id": ["Customer ID"],
        "customer_email": [{ "column": "Customer", "path": "<" }, "Customer email"]
      }
    }
    """#

  static let clicks = #"""
    {
      "name": "dub-event-clicks",
      "title": "Dub: events, their clicks",
      "kind": "clicks",
      "header": "confirmed",
      "detect": ["Event", "Date", "Link", "Referrer", "Referrer URL", "Country", "Click ID"],
      "note": "Leads and sales are excluded; dub-events reads the sales of the same file.",
      "rows": { "filter": [{ "column": "Event", "blank": false, "not": ["click"], "reason": "excluded" }] },
      "columns": {
        "click_id": ["Click ID"],
        "occurred_at": { "from": ["Date"], "required": true },
        "code": { "from": [{ "column": "Link", "path": "/" }, "Link"], "required": true },
        "ip": ["IP Address", "IP"],
        "landing_page": ["Destination URL"],
        "referrer": ["Referrer URL", "Referrer"],
        "user_agent": ["User agent", "UA"]
      }
    }
    """#
}
