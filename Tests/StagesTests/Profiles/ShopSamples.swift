// Exports of shops and payment services.
@testable import Stages

extension ProfileSample {
  static let shops =
    [shopify, stripe, stripeClassic, balance, analytics, csvExport, gumroad]
    + [lemonSqueezy, paddle]

  static let shopify = ProfileSample(
    profile: "shopify-orders",
    text: """
      Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Notes,Note Attributes,Cancelled at,Refunded Amount,Id
      #1001,ann@example.com,paid,2025-10-07 09:50:27 +0200,fulfilled,EUR,100.00,5.00,19.00,124.00,SUMMER,2025-10-07 09:50:26 +0200,1,"Mug, blue",'MUG-1,,"color: red
      ref: JANE
      click_id: c-9",,0.00,5001
      #1001,ann@example.com,,,,,,,,,,,2,Spoon,SPN,,,,,
      #1002,bob@example.com,partially_refunded,2025-10-08 10:00:00 +0200,,EUR,50.00,0,9.50,59.50,,2025-10-08 10:00:00 +0200,1,Cup,CUP,,,,11.90,5002
      #1003,c@example.com,pending,,,EUR,10.00,0,0,10.00,,2025-10-09 10:00:00 +0200,1,Cup,CUP,,,,0.00,5003
      #1004,d@example.com,refunded,2025-10-08 10:00:00 +0200,,EUR,30.00,0,6,36.00,,2025-10-10 10:00:00 +0200,1,Cup,CUP,,,,36.00,5004
      #1005,d@example.com,paid,2025-10-08 10:00:00 +0200,,JPY,3000,0,300,3300,,2025-10-10 10:00:00 +0200,1,Cup,CUP,,,2025-10-11 10:00:00 +0200,0,5005

      """,
    accepted: 4, filtered: [.unpaid: 1], amounts: ["EUR": 18000, "JPY": 3000],
    statuses: ["paid": 1, "partially_refunded": 1, "refunded": 1, "cancelled": 1], passedOver: 1,
    first: "order_id=#1001 occurred_at=2025-10-07T07:50:26Z code=JANE click_id=c-9 "
      + "customer_email=ann@example.com amount=100.00 currency=EUR status=paid "
      + "refunded_amount=0.00 sku=MUG-1")

  static let stripe = ProfileSample(
    profile: "stripe-payments",
    text: """
      id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Description,Status,Customer ID,Customer Email,ref (metadata)
      ch_1,2026-05-01 10:00:00,"1,234.50",0.00,usd,true,1234.50,,Paid,cus_1,a@example.com,JANE
      ch_2,2026-05-01 10:00:01,20.00,5.00,usd,true,20.00,,Partial Refund,cus_2,b@example.com,
      ch_3,2026-05-01 10:00:02,1500,1500,jpy,true,10.00,,Refunded,cus_3,c@example.com,
      ch_4,2026-05-01 10:00:03,9.00,0.00,usd,false,9.00,,Failed,cus_4,d@example.com,

      """,
    accepted: 3, filtered: [.unpaid: 1], amounts: ["USD": 125450, "JPY": 1500],
    statuses: ["paid": 1, "partially_refunded": 1, "refunded": 1],
    first: "order_id=ch_1 occurred_at=2026-05-01T10:00:00Z code=JANE customer_id=cus_1 "
      + "customer_email=a@example.com amount=1234.5 currency=USD status=paid refunded_amount=0.00")

  static let stripeClassic = ProfileSample(
    profile: "stripe-payments",
    text: """
      id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Mode,Status,Customer Email,Captured
      ch_1,order 7 ref=JANE,Payment complete.,2019-05-01 10:00,12.00,0.00,gbp,Live,Paid,a@example.com,true

      """,
    accepted: 1, amounts: ["GBP": 1200], statuses: ["paid": 1],
    first: "order_id=ch_1 occurred_at=2019-05-01T10:00:00Z code=JANE "
      + "customer_email=a@example.com amount=12.00 currency=GBP status=paid refunded_amount=0.00")

  static let balance = ProfileSample(
    profile: "stripe-balance-itemized",
    text: """
      balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,charge_id,payment_metadata[ref]
      txn_1,2026-07-01 09:12:33,2026-07-03 00:00:00,usd,100.00,3.20,96.80,charge,ch_1,Order,ch_1,JANE
      txn_2,2026-07-02 09:12:33,2026-07-03 00:00:00,usd,-25.00,0.00,-25.00,refund,re_1,Refund,ch_1,
      txn_3,2026-07-03 09:12:33,2026-07-03 00:00:00,usd,-70.00,0.00,-70.00,payout,po_1,Payout,,

      """,
    accepted: 2, filtered: [.excluded: 1], amounts: ["USD": 7500],
    statuses: ["paid": 1, "correction": 1],
    first: "order_id=ch_1 occurred_at=2026-07-01T09:12:33Z code=JANE amount=100.00 currency=USD "
      + "updated_at=2026-07-01T09:12:33Z metadata={\"balance_transaction_id\":\"txn_1\"}")

  static let analytics = ProfileSample(
    profile: "woocommerce-analytics-orders:zone=Europe/Berlin",
    text: """
      Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),Net Sales
      2026-03-28 12:00:00,101,"€1,019.00",completed,Ann,new,1× Mug,1,jane10,"1,000.00"
      2026-03-29 12:00:00,102,€50.00,pending,Bob,new,1× Mug,1,,50
      2026-03-30 12:00:00,103,€20.00,refunded,Bob,returning,1× Mug,1,,20.5
      2026-03-31 12:00:00,104,"34,41\u{A0}€",processing,Bob,returning,1× Mug,1,,34.4132231
      2026-03-31 13:00:00,101,-€100.00,completed,Ann,returning,,0,,-100

      """,
    accepted: 4, filtered: [.unpaid: 1], amounts: ["EUR": 95491],
    statuses: ["paid": 2, "refunded": 1, "correction": 1],
    first: "order_id=101 occurred_at=2026-03-28T11:00:00Z code=jane10 amount=1000 currency=EUR "
      + "status=paid")

  static let csvExport = ProfileSample(
    profile: "woocommerce-csv-export",
    text: """
      order_id,order_number_formatted,order_number,date,status,order_shipping,order_shipping_tax,order_tax,cart_discount,order_discount,order_total,payment_method,shipping_method,customer_user,billing_email,customer_note,order_item_1
      11,#A-11,11,2026-04-01 08:00:00,wc-completed,5.00,0.95,19.00,0,0,124.95,bacs,flat,7,a@example.com,ref: JANE,product_id:4959|1|30|size: Medium
      12,#A-12,12,2026-04-02 08:00:00,failed,0,0,0,0,0,10,bacs,flat,8,b@example.com,,

      """,
    accepted: 1, filtered: [.unpaid: 1], amounts: ["USD": 10000], statuses: ["paid": 1],
    first: "order_id=#A-11 occurred_at=2026-04-01T08:00:00Z code=JANE customer_id=7 "
      + "customer_email=a@example.com amount=100.00 status=paid")

  static let gumroad = ProfileSample(
    profile: "gumroad-sales",
    text: """
      Purchase ID,Item Name,Buyer Name,Purchase Email,Do not contact?,Purchase Date,Purchase Time (UTC timezone),Subtotal ($),Taxes ($),Shipping ($),Sale Price ($),Net Total ($),Referrer,Refunded?,Partial Refund ($),Fully Refunded?,Disputed?,Dispute Won?,Discount Code,Recurring Charge?,Free trial purchase?,Product ID
      p1,Book,Ann,a@example.com,0,2026-01-05,13:45:00,10.00,1.90,0.00,11.90,10.00,https://x.example/?ref=JANE&y=1,0,0.0,0,0,0,,0,0,prod
      p2,Book,Bob,b@example.com,0,2026-01-05,2026-01-05 14:45:00 UTC,20.00,0.00,0.00,20.00,18.00,direct,1,5.0,0,0,0,JANE10,0,0,prod
      p3,Book,Cy,c@example.com,0,2026-01-06,14:45:00,30.00,0.00,0.00,30.00,28.00,direct,1,0.0,1,0,0,,0,0,prod
      p4,Book,Di,d@example.com,0,2026-01-07,14:45:00,40.00,0.00,0.00,40.00,38.00,direct,0,0.0,0,1,0,,0,0,prod
      p5,Book,Ed,e@example.com,0,2026-01-08,14:45:00,0.00,0.00,0.00,0.00,0.00,direct,0,0.0,0,0,0,,0,1,prod
      Totals,,,,,,,100.00,1.90,0.00,101.90,94.00,,,5.0,,,,,,,

      """,
    accepted: 4, filtered: [.unpaid: 1], amounts: ["USD": 10000],
    statuses: ["paid": 1, "partially_refunded": 1, "refunded": 1, "chargeback": 1], passedOver: 1,
    first: "order_id=p1 occurred_at=2026-01-05T13:45:00Z code=JANE customer_email=a@example.com "
      + "amount=10.00 currency=USD status=paid refunded_amount=0.0 sku=prod category=Book")

  static let lemonSqueezy = ProfileSample(
    profile: "lemonsqueezy-orders",
    text: """
      {"type":"orders","id":"1","attributes":{"order_number":71,"currency":"USD","subtotal":1000,"discount_total":100,"tax":171,"total":1071,"refunded_amount":0,"status":"paid","user_email":"a@example.com","customer_id":5,"created_at":"2021-08-17T09:45:53.000000Z","updated_at":"2021-08-17T09:45:53.000000Z","first_order_item":{"variant_id":9}}}
      {"type":"orders","id":"2","attributes":{"order_number":72,"currency":"USD","subtotal":2000,"discount_total":0,"tax":0,"total":2000,"refunded_amount":500,"status":"partial_refund","created_at":"2021-08-18T09:45:53.000000Z","updated_at":"2021-08-19T09:45:53.000000Z"}}
      {"type":"orders","id":"3","attributes":{"order_number":73,"currency":"USD","subtotal":1,"discount_total":0,"total":1,"status":"failed","created_at":"2021-08-18T09:45:53.000000Z"}}
      """,
    accepted: 2, filtered: [.unpaid: 1], amounts: ["USD": 2900],
    statuses: ["paid": 1, "partially_refunded": 1],
    first: "order_id=71 occurred_at=2021-08-17T09:45:53Z customer_id=5 "
      + "customer_email=a@example.com amount_minor=900 currency=USD status=paid "
      + "refunded_amount=0.00 sku=9 updated_at=2021-08-17T09:45:53Z")

  static let paddle = ProfileSample(
    profile: "paddle-transactions",
    text: """
      {"id":"txn_1","status":"completed","customer_id":"ctm_1","currency_code":"USD","billed_at":"2026-02-01T10:00:00Z","created_at":"2026-02-01T09:00:00Z","updated_at":"2026-02-01T10:00:01Z","details":{"totals":{"subtotal":"3000","discount":"300","tax":"570","total":"3270"}},"custom_data":{"ref":"JANE"}}
      {"id":"txn_2","status":"draft","currency_code":"USD","created_at":"2026-02-01T09:00:00Z","details":{"totals":{"subtotal":"1","discount":"0"}}}
      """,
    accepted: 1, filtered: [.unpaid: 1], amounts: ["USD": 2700], statuses: ["paid": 1],
    first: "order_id=txn_1 occurred_at=2026-02-01T10:00:00Z code=JANE customer_id=ctm_1 "
      + "amount_minor=2700 currency=USD status=paid updated_at=2026-02-01T10:00:01Z")
}
