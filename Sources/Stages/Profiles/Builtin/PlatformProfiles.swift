// The request bodies of the platforms whose read API the program serves, one a line.

enum PlatformProfiles {
  /// Refuel, `POST /track/click`. A body has no instant: the run's stands for it where none is added.
  static let refuelClicks = #"""
    {
      "name": "refuel-clicks",
      "title": "Refuel: bodies of track/click",
      "kind": "clicks",
      "header": "confirmed",
      "detect": ["landingPage", "code", "utmSource", "utmMedium", "fingerprint", "utmCampaign"],
      "note": "JSONL. A body names no instant: add occurredAt, else the run's instant stands for it.",
      "columns": {
        "click_id": ["clickId", "id"],
        "occurred_at": { "from": ["occurredAt", "timestamp", "createdAt"], "default": "as_of", "dates": ["iso", "unix"] },
        "code": { "from": ["code"], "required": true },
        "fingerprint": ["fingerprint"],
        "visitor_id": ["visitorId"],
        "ip": ["ip", "ipAddress"],
        "landing_page": ["landingPage"],
        "referrer": ["referrer"],
        "utm_source": ["utmSource"],
        "utm_medium": ["utmMedium"],
        "utm_campaign": ["utmCampaign"],
        "user_agent": ["userAgent"]
      }
    }
    """#

  static let refuelConversions = #"""
    {
      "name": "refuel-conversions",
      "title": "Refuel: bodies of track/conversion",
      "kind": "orders",
      "header": "confirmed",
      "detect": ["orderId", "orderValue", "affiliateCode"],
      "note": "JSONL. Amount: orderValue in cents. A body names no instant: add occurredAt, else the run's instant stands for it.",
      "base": "total",
      "bases": { "total": { "from": ["orderValue"], "unit": "minor", "required": true } },
      "columns": {
        "order_id": { "from": ["orderId"], "required": true },
        "occurred_at": { "from": ["occurredAt", "timestamp", "createdAt"], "default": "as_of", "dates": ["iso", "unix"] },
        "currency": { "from": ["currency"], "default": "USD" },
        "code": { "from": ["affiliateCode"], "required": true },
        "customer_email": ["customerEmail"],
        "customer_id": ["customerId"],
        "metadata": ["metadata"]
      }
    }
    """#

  static let refferq = #"""
    {
      "name": "refferq-referrals",
      "title": "Refferq: bodies of affiliate/referrals",
      "kind": "referrals",
      "header": "confirmed",
      "detect": ["lead_name", "lead_email", "estimated_value"],
      "note": "JSONL. The affiliate is who sends the request: add its code to each line, or set it: refferq-referrals:code=JANE.",
      "columns": {
        "referral_id": ["id", "referral_id"],
        "code": ["code", "referral_code", "referralCode"],
        "lead_name": ["lead_name"],
        "lead_email": { "from": ["lead_email"], "required": true },
        "estimated_value": ["estimated_value"],
        "occurred_at": { "from": ["created_at", "occurred_at"], "default": "as_of" }
      }
    }
    """#

  static let bitcainCodes = #"""
    {
      "name": "bitcain-codes",
      "title": "bitcain: bodies of referrals/code",
      "kind": "codes",
      "header": "confirmed",
      "detect": ["code", "max_uses", "expires_at", "metadata", "current_uses"],
      "note": "JSONL. The affiliate is who sends the request: add user_id to each line, or set affiliate_id; set program_id: bitcain-codes:program_id=main,affiliate_id=a1.",
      "columns": {
        "code": ["code"],
        "affiliate_id": ["affiliate_id", "user_id"],
        "program_id": ["program_id"],
        "is_active": ["is_active"],
        "expires_at": ["expires_at"],
        "max_uses": ["max_uses"],
        "metadata": ["metadata"],
        "created_at": ["created_at"]
      }
    }
    """#

  static let bitcainTracks = #"""
    {
      "name": "bitcain-tracks",
      "title": "bitcain: bodies of referrals/track",
      "kind": "referrals",
      "header": "confirmed",
      "detect": ["referral_code", "referred_id", "referral_code_id", "verification_metadata"],
      "note": "JSONL. The person referred is who sends the request: add referred_id to each line.",
      "columns": {
        "referral_id": ["id"],
        "code": { "from": ["referral_code"], "required": true },
        "referred_id": ["referred_id", "user_id"],
        "lead_email": ["email"],
        "occurred_at": { "from": ["created_at"], "default": "as_of" },
        "metadata": ["verification_metadata"]
      }
    }
    """#

  static let fangate = #"""
    {
      "name": "fangate-registrations",
      "title": "Fangate: bodies of register",
      "kind": "affiliates",
      "header": "confirmed",
      "detect": ["master_id", "invite_code", "fee_percentage", "email"],
      "note": "JSONL. The affiliate is the id, else the e-mail. Passwords are ignored.",
      "columns": {
        "affiliate_id": { "from": ["affiliate_id", "id", "user_id", "username", "email"], "required": true },
        "user_id": ["user_id", "id"],
        "name": ["name", "full_name", "display_name"],
        "email": { "from": ["email"], "required": true },
        "country": ["country"],
        "currency": { "from": ["currency"], "case": "upper" },
        "invite_code": ["invite_code"],
        "master_id": ["master_id"],
        "fee_percentage": ["fee_percentage"],
        "created_at": ["created_at"]
      }
    }
    """#
}
