// Exports of affiliate networks and partner programmes.
@testable import Stages

extension ProfileSample {
  static let networks =
    [impactAPI, impactListing, impactClicks, cj, awinCSV, awinAPI, rakuten, everflow]
    + [tapfiliate, rewardful, dubCommissions, dubEvents, dubClicks, amazon, partnerStack]
    + [firstPromoter]

  static let impactAPI = ProfileSample(
    profile: "impact-action-api",
    text: """
      CampaignId,CampaignName,ActionTrackerId,ActionTrackerName,Id,State,LockedStatus,Payout,Amount,Currency,ReferringDate,EventDate,LockingDate,SubId1,PromoCode
      77,Shop,5,Sale,8882.1234.1234567,PENDING,OPEN,10.00,100.00,USD,2026-05-01T08:00:00-07:00,2026-05-01T09:00:00-07:00,2026-06-01T00:00:00-07:00,JANE,
      77,Shop,5,Sale,8882.1234.1234568,APPROVED,LOCKED,1.00,10.50,USD,2026-05-01T08:00:00-07:00,2026-05-02T09:00:00-07:00,2026-06-01T00:00:00-07:00,,MAY
      77,Shop,5,Sale,8882.1234.1234569,REVERSED,LOCKED,0.00,20.00,USD,2026-05-01T08:00:00-07:00,2026-05-03T09:00:00-07:00,2026-06-01T00:00:00-07:00,JANE,

      """,
    accepted: 3, amounts: ["USD": 13050], statuses: ["paid": 2, "refunded": 1],
    first: "order_id=8882.1234.1234567 occurred_at=2026-05-01T09:00:00-07:00 code=JANE "
      + "amount=100.00 currency=USD status=paid")

  static let impactListing = ProfileSample(
    profile: "impact-action-listing",
    text: """
      Referral_Date,Action_Date,Adj_Date,locking_date,batch_id,Action_Id,OID,Customer_Status,Category,Status,Status_Detail,original_sale_amount,Sale_Amount,Payout,Client_Cost,Promo_Code,Media_Partner,mp_id,Action_Tracker,SubId1
      2026-05-01 08:00:00,2026-05-01 09:00:00,,2026-06-01,9,A1,O1,NEW,Shoes,APPROVED,,120.00,120.00,12.00,13.00,,Jane,501,Sale,
      2026-05-01 08:00:00,2026-05-02 09:00:00,,2026-06-01,9,A2,O2,NEW,Shoes,NA,,80.00,80.00,8.00,9.00,MAY,Jane,501,Sale,
      2026-05-01 08:00:00,2026-05-03 09:00:00,2026-05-04 09:00:00,2026-06-01,9,A3,O3,NEW,Shoes,REVERSED,,60.00,60.00,0.00,0.00,,Jane,501,Sale,s1

      """,
    accepted: 3, amounts: ["USD": 26000], statuses: ["paid": 2, "refunded": 1],
    first: "order_id=O1 occurred_at=2026-05-01T09:00:00Z code=501 amount=120.00 status=paid "
      + "category=Shoes")

  static let impactClicks = ProfileSample(
    profile: "impact-clicks",
    text: """
      Id,ProgramId,ProgramName,ProfileId,IpAddress,EventDate,MediaId,MediaName,AdId,AdName,AdType,SubId1
      k1,77,Shop,p9,abc,2026-05-01T09:00:00-07:00,501,Jane,3,Link,TEXT_LINK,JANE
      k2,77,Shop,p8,abd,2026-05-01T09:00:01-07:00,502,Bob,3,Link,TEXT_LINK,

      """,
    accepted: 2,
    first: "click_id=k1 occurred_at=2026-05-01T09:00:00-07:00 code=JANE visitor_id=p9 ip=abc")

  static let cj = ProfileSample(
    profile: "cj-commissions",
    text: """
      {"commissionId":"1","actionStatus":"new","actionType":"item_sale","orderId":"O1","original":true,"eventDate":"2018-05-03T22:31:48Z","postingDate":"2018-05-03T23:00:00Z","saleAmountUsd":"7.781","pubCommissionAmountUsd":"1.1","publisherId":"77","shopperId":"JANE","items":[]}
      {"commissionId":"2","actionStatus":"new","actionType":"item_sale","orderId":"O1","original":false,"originalActionId":"9","correctionReason":"RETURNED_MERCHANDISE","eventDate":"2018-05-03T22:31:48Z","postingDate":"2018-05-09T23:00:00Z","saleAmountUsd":"-2.50","publisherId":"77"}
      {"commissionId":"3","actionStatus":"locked","actionType":"bonus","orderId":null,"original":true,"eventDate":"2018-05-04T22:31:48Z","postingDate":"2018-05-04T23:00:00Z","saleAmountUsd":"0","publisherId":"77"}
      """,
    accepted: 2, filtered: [.excluded: 1], amounts: ["USD": 528],
    statuses: ["paid": 1, "correction": 1],
    first: "order_id=O1 occurred_at=2018-05-03T22:31:48Z code=JANE amount=7.78 currency=USD "
      + "updated_at=2018-05-03T23:00:00Z metadata={\"commissionId\":\"1\"}")

  static let awinCSV = ProfileSample(
    profile: "awin-transactions-csv:currency=GBP,zone=Europe/London",
    text: """
      id,publisher_id,sale_amount,commission,date,commission_status,validation_date,extra,type,site_name,URL,decline_reason
      1,77,49.99,5.00,2026-06-30 12:00:00,0,,X1,Sale,Jane's,https://jane.example,
      2,77,20.00,2.00,30/06/2026 13:00:00,1,,X2,Sale,Jane's,https://jane.example,
      3,77,10.00,0.00,2026-01-30 12:00:00,2,,X3,Lead,Jane's,https://jane.example,returned

      """,
    accepted: 3, amounts: ["GBP": 7999], statuses: ["paid": 2, "cancelled": 1],
    first: "order_id=X1 occurred_at=2026-06-30T11:00:00Z code=77 amount=49.99 currency=GBP "
      + "status=paid")

  static let awinAPI = ProfileSample(
    profile: "awin-transactions-api",
    text: """
      {"id":1,"advertiserId":5,"publisherId":77,"commissionStatus":"pending","saleAmount":{"amount":49.99,"currency":"GBP"},"commissionAmount":{"amount":5,"currency":"GBP"},"transactionDate":"2026-06-30T12:00:00","clickRefs":{"clickRef":"jane"},"orderRef":"X1"}
      {"id":2,"advertiserId":5,"publisherId":77,"commissionStatus":"declined","saleAmount":{"amount":10,"currency":"EUR"},"transactionDate":"2026-01-30T12:00:00","clickRefs":null,"orderRef":"X2"}
      """,
    accepted: 2, amounts: ["GBP": 4999, "EUR": 1000], statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=X1 occurred_at=2026-06-30T12:00:00Z code=jane amount=49.99 currency=GBP "
      + "status=paid metadata={\"id\":\"1\"}")

  static let rakuten = ProfileSample(
    profile: "rakuten-signature-orders",
    text: """
      Member ID (U1),MID,Advertiser Name,Order ID,Transaction Date,Transaction Time,SKU,Sales,# of Items,Total Commission,Process Date,Process Time
      "JANE","123","Shop","A1","8/24/11","14:05","S1","$1,234.56","1","12.34","8/25/11","01:00"
      "JANE","123","Shop","A1","8/24/2011","2:05 PM","S2","$10.5","1","1.05","8/25/2011","01:00"
      "JANE","123","Shop","A1","8/24/11","14:05","S1","($34.56)","1","-0.34","8/30/11","01:00"

      """,
    accepted: 3, amounts: ["USD": 121050], statuses: ["paid": 2, "correction": 1],
    first: "order_id=A1/S1 occurred_at=2011-08-24T14:05:00Z code=JANE amount=1234.56 "
      + "currency=USD sku=S1 updated_at=2011-08-25T01:00:00Z")

  static let everflow = ProfileSample(
    profile: "everflow-conversions",
    text: """
      conversion_id,conversion_unix_timestamp,sub1,sub2,status,payout_type,revenue_type,payout,revenue,session_user_ip,conversion_user_ip,adv1,is_event,event,transaction_id,sale_amount,is_scrub,coupon_code,order_id,currency_id,email
      c1,1714557600,JANE,,approved,cps,rps,5,10,1.2.3.4,1.2.3.5,,false,Base,t1,49.99,false,,o1,USD,a@example.com
      c2,1714557601,,,rejected,cps,rps,5,10,1.2.3.4,1.2.3.5,,false,Base,t2,10,false,MAY,o2,EUR,
      c3,1714557602,,,approved,cps,rps,5,10,1.2.3.4,1.2.3.5,,false,Base,t3,10,true,MAY,o3,EUR,

      """,
    accepted: 2, filtered: [.excluded: 1], amounts: ["USD": 4999, "EUR": 1000],
    statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=c1 occurred_at=2024-05-01T10:00:00Z code=JANE click_id=t1 "
      + "customer_email=a@example.com ip=1.2.3.4 amount=49.99 currency=USD status=paid "
      + "category=Base")

  static let tapfiliate = ProfileSample(
    profile: "tapfiliate-conversions",
    text: """
      external_id,amount,created_at,affiliate_email,program,currency,customer_id,landing_page,commission_status,commission_type,ip
      e1,100.5,2026-04-01T10:00:00+00:00,jane@example.com,main,USD,c1,https://shop.example/?ref=JANE,approved,sale,1.2.3.4
      e2,20,2026-04-02T10:00:00+00:00,jane@example.com,main,USD,c2,,disapproved,sale,

      """,
    accepted: 2, amounts: ["USD": 12050], statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=e1 occurred_at=2026-04-01T10:00:00+00:00 code=JANE customer_id=c1 ip=1.2.3.4 "
      + "amount=100.5 currency=USD status=paid category=sale")

  static let rewardful = ProfileSample(
    profile: "rewardful-commissions",
    text: """
      {"id":"r1","created_at":"2026-03-01T10:00:00.000Z","updated_at":"2026-03-02T10:00:00.000Z","amount":900,"currency":"USD","state":"due","due_at":"2026-04-01T00:00:00Z","voided_at":null,"campaign":{"id":"k"},"sale":{"id":"s1","currency":"USD","charged_at":"2026-03-01T09:59:00.000Z","stripe_charge_id":"ch_1","charge_amount_cents":3570,"refund_amount_cents":0,"tax_amount_cents":570,"sale_amount_cents":3000,"affiliate":{"token":"JANE"}}}
      {"id":"r2","created_at":"2026-03-01T10:00:00.000Z","amount":900,"currency":"USD","state":"voided","sale":{"id":"s2","currency":"USD","charged_at":"2026-03-01T09:59:00.000Z","sale_amount_cents":1000}}
      """,
    accepted: 2, amounts: ["USD": 4000], statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=ch_1 occurred_at=2026-03-01T09:59:00Z code=JANE amount_minor=3000 "
      + "currency=USD status=paid refunded_amount=0.00 updated_at=2026-03-02T10:00:00.000Z")

  static let dubCommissions = ProfileSample(
    profile: "dub-commissions",
    text: """
      ID,Type,Amount,Earnings,Currency,Status,Invoice ID,Quantity,Created at,Partner ID
      cm_1,sale,"$1,234.56",$12.00,usd,processed,inv_1,1,2026-07-01T09:12:33.000Z,pn_1
      cm_2,lead,$0.00,$5.00,usd,pending,,1,2026-07-01T09:12:33.000Z,pn_1
      cm_3,sale,$10.00,$1.00,usd,refunded,inv_3,1,2026-07-02T09:12:33.000Z,pn_1

      """,
    accepted: 2, filtered: [.excluded: 1], amounts: ["USD": 124456],
    statuses: ["paid": 1, "refunded": 1],
    first: "order_id=inv_1 occurred_at=2026-07-01T09:12:33.000Z code=pn_1 amount=1234.56 "
      + "currency=USD status=paid")

  private static let dubText = """
    Event,Date,Link,Destination URL,Customer,Country,Referrer URL,Invoice ID,Sale Amount,Click ID
    Click,2026-07-01T09:00:00.000Z,go.example/jane,https://shop.example,,US,https://x.example,,,k1
    Lead,2026-07-01T09:05:00.000Z,go.example/jane,https://shop.example,Ann <a@example.com>,US,,,,k1
    Sale,2026-07-01T09:10:00.000Z,go.example/jane,https://shop.example,Ann <a@example.com>,US,,inv_1,$12.5,k1

    """

  static let dubEvents = ProfileSample(
    profile: "dub-events", text: dubText, accepted: 1, filtered: [.excluded: 2],
    amounts: ["USD": 1250], statuses: ["paid": 1],
    first: "order_id=inv_1 occurred_at=2026-07-01T09:10:00.000Z code=jane click_id=k1 "
      + "customer_email=a@example.com amount=12.5 currency=USD")

  static let dubClicks = ProfileSample(
    profile: "dub-event-clicks", text: dubText, accepted: 1, filtered: [.excluded: 2],
    first: "click_id=k1 occurred_at=2026-07-01T09:00:00.000Z code=jane "
      + "landing_page=https://shop.example referrer=https://x.example")

  static let amazon = ProfileSample(
    profile: "amazon-associates-earnings",
    text: """
      Fee-Earnings reports from 09-01-2026 to 09-30-2026
      Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price($),Items Shipped,Returns,Revenue($),Ad Fees($),Device Type Group,Direct/Indirect
      Kitchen,"Mug, 12"" big",B001,Amazon,jane-20,September 15 2026,12.50,2,0,25.00,1.25,DESKTOP,Direct
      Books,Book,B002,Amazon,jane-20,September 16 2026,"1,000.00",1,0,"1,000.00",45.00,PHONE,Indirect

      """,
    accepted: 2, amounts: ["USD": 102500], statuses: ["paid": 2],
    first: "order_id=6d78f4b9592d2f6e occurred_at=2026-09-15T00:00:00Z code=jane-20 "
      + "amount=25.00 currency=USD sku=B001 category=Kitchen")

  static let partnerStack = ProfileSample(
    profile: "partnerstack-rewards",
    text: """
      {"key":"rwrd_1","amount":500,"currency":"USD","created_at":1714557600000,"customer":{"email":"a@example.com","external_key":"c1"},"transaction":{"amount":5000,"currency":"USD"},"reward_status":"approved","partnership":{"email":"jane@example.com","partner_key":"JANE"}}
      {"key":"rwrd_2","amount":500,"currency":"USD","created_at":1714557600,"transaction":{"amount":100,"currency":"EUR"},"reward_status":"declined","partnership":{"partner_key":"JANE"}}
      """,
    accepted: 2, amounts: ["USD": 5000, "EUR": 100], statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=rwrd_1 occurred_at=2024-05-01T10:00:00Z code=JANE customer_id=c1 "
      + "customer_email=a@example.com amount_minor=5000 currency=USD status=paid")

  static let firstPromoter = ProfileSample(
    profile: "firstpromoter-commissions",
    text: """
      {"id":1,"status":"approved","is_self_referral":false,"commission_type":"sale","sale_amount":2900,"amount":290,"created_at":"2026-02-02T10:00:00Z","original_sale_amount":2900,"original_sale_currency":"usd","unit":"cash","fraud_check":null,"referral":{"email":"a@example.com","uid":"u1"}}
      {"id":2,"status":"denied","commission_type":"sale","sale_amount":1000,"created_at":"2026-02-03T10:00:00Z","original_sale_amount":1000,"original_sale_currency":"USD","unit":null}
      {"id":3,"status":"approved","commission_type":"sale","sale_amount":1000,"created_at":"2026-02-03T10:00:00Z","original_sale_amount":1000,"unit":"credits"}
      """,
    accepted: 2, filtered: [.excluded: 1], amounts: ["USD": 3900],
    statuses: ["paid": 1, "cancelled": 1],
    first: "order_id=1 occurred_at=2026-02-02T10:00:00Z customer_id=u1 "
      + "customer_email=a@example.com amount_minor=2900 currency=USD status=paid")
}

extension ProfileSample {
  /// Request bodies of the platforms.
  static let platforms = [
    ProfileSample(
      profile: "refuel-clicks",
      text: """
        {"code":"abc123","landingPage":"https://acme.example/pricing","referrer":"https://x.example","utmSource":"twitter","occurredAt":"2026-05-01T10:00:00Z"}
        {"code":"abc123","landingPage":"https://acme.example/","fingerprint":"f1"}
        """,
      accepted: 2,
      first: "occurred_at=2026-05-01T10:00:00Z code=abc123 "
        + "landing_page=https://acme.example/pricing referrer=https://x.example utm_source=twitter"),
    ProfileSample(
      profile: "refuel-conversions",
      text: """
        {"orderId":"order_12345","orderValue":9999,"currency":"USD","affiliateCode":"abc123","metadata":{"plan":"pro"}}
        {"orderId":"order_12346","orderValue":500,"affiliateCode":"abc123"}
        """,
      accepted: 2, amounts: ["USD": 10499], statuses: ["paid": 2],
      first: "order_id=order_12345 occurred_at=2026-11-21T00:00:00Z code=abc123 "
        + "amount_minor=9999 currency=USD metadata={\"plan\":\"pro\"}"),
    ProfileSample(
      profile: "refferq-referrals:code=JANE",
      text: """
        {"lead_name":"Jane Smith","lead_email":"jane@example.com","estimated_value":"5000"}
        """,
      accepted: 1,
      first: "code=JANE lead_name=Jane Smith lead_email=jane@example.com estimated_value=5000 "
        + "occurred_at=2026-11-21T00:00:00Z"),
    ProfileSample(
      profile: "bitcain-codes:program_id=main",
      text: """
        {"code":"SUN","user_id":"a1","max_uses":5,"expires_at":"2027-01-01T00:00:00Z","metadata":{"a":1}}
        {"user_id":"a2"}
        """,
      accepted: 2,
      first: "code=SUN affiliate_id=a1 program_id=main expires_at=2027-01-01T00:00:00Z "
        + "max_uses=5 metadata={\"a\":1}"),
    ProfileSample(
      profile: "bitcain-tracks",
      text: """
        {"referral_code":"SUN","referred_id":"u7","created_at":"2026-05-01T10:00:00Z"}
        """,
      accepted: 1, first: "code=SUN referred_id=u7 occurred_at=2026-05-01T10:00:00Z"),
    ProfileSample(
      profile: "fangate-registrations",
      text: """
        {"id":91,"email":"invited@example.com","password":"x","currency":"eur","invite_code":"1234s"}
        """,
      accepted: 1,
      first: "affiliate_id=91 user_id=91 email=invited@example.com currency=EUR invite_code=1234s"),
  ]
}
