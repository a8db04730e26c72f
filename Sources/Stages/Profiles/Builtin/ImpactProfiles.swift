// Impact: actions of its API, the brand's action listing, and clicks.

enum ImpactProfiles {
  static let api = #"""
    {
      "name": "impact-action-api",
      "title": "Impact: actions (API, ActionExport)",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["CampaignId", "ActionTrackerId", "ActionTrackerName", "LockedStatus", "IntendedPayout", "DeltaPayout", "ReferringDate"],
      "note": "Amount: Amount, the sale. A reversed action is refunded.",
      "base": "sale",
      "bases": { "sale": { "from": ["Amount"], "required": true, "negative": "correction", "rounding": "half_up" } },
      "columns": {
        "order_id": { "from": ["Oid", "OrderId", "Id"], "required": true },
        "occurred_at": { "from": ["EventDate"], "required": true },
        "updated_at": ["ModificationDate", "UpdatedDate"],
        "currency": ["Currency"],
        "status": {
          "from": ["State"],
          "words": { "pending": "paid", "approved": "paid", "reversed": "refunded" }
        },
        "code": ["SubId1", "SharedId", "PromoCode", "MediaPartnerId"],
        "click_id": ["ClickId", "SubId2"],
        "customer_id": ["CustomerId"],
        "ip": ["IpAddress"]
      }
    }
    """#

  static let listing = #"""
    {
      "name": "impact-action-listing",
      "title": "Impact: action listing (brand report)",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["Action_Id", "OID", "Media_Partner", "Action_Tracker", "Referral_Date", "Client_Cost", "Status_Detail", "Adj_Date"],
      "note": "Amount: Sale_Amount, in the account's currency; the report does not name it, so set \"currency\" where it is not the programme's.",
      "dates": ["iso", "MMM d, yyyy H:mm:ss", "M/d/yyyy H:mm:ss", "M/d/yyyy h:mm:ss a", "M/d/yyyy h:mm a"],
      "base": "sale",
      "bases": {
        "sale": { "from": ["Sale_Amount"], "required": true, "negative": "correction", "rounding": "half_up" },
        "original": { "from": ["original_sale_amount"], "required": true, "rounding": "half_up" }
      },
      "columns": {
        "order_id": { "from": ["OID", "Action_Id"], "required": true },
        "occurred_at": { "from": ["Action_Date"], "required": true },
        "updated_at": ["Adj_Date"],
        "currency": ["Currency", "Payout_Currency"],
        "status": {
          "from": ["Status"],
          "words": { "approved": "paid", "pending": "paid", "na": "paid", "reversed": "refunded" }
        },
        "code": ["SubId1", "Shared_Id", "Promo_Code", "mp_id", { "column": "ref_landingpage_url", "keys": "@codes" }],
        "customer_id": ["Customer_Id"],
        "category": ["Category"]
      }
    }
    """#

  static let clicks = #"""
    {
      "name": "impact-clicks",
      "title": "Impact: clicks (ClickExport)",
      "kind": "clicks",
      "header": "confirmed",
      "detect": ["ProfileId", "MediaId", "MediaName", "AdId", "AdType", "EventDate", "ProgramId", "CampaignId"],
      "note": "Id is Impact's irclickid. IpAddress is hashed by Impact.",
      "columns": {
        "click_id": { "from": ["Id"], "required": true },
        "occurred_at": { "from": ["EventDate"], "required": true },
        "code": ["SubId1", "SharedId", "MediaId", "MediaPartnerId"],
        "visitor_id": ["ProfileId"],
        "ip": ["IpAddress"],
        "landing_page": ["LandingPageUrl", "LandingPage"],
        "referrer": ["ReferringUrl", "ReferringDomain"],
        "user_agent": ["UserAgent"]
      }
    }
    """#
}
