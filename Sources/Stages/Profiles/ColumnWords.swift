// What people call the native columns in exports that nothing is known of.
import Pipeline

/// What native columns are called elsewhere.
enum ColumnWords {
  struct Entry {
    let column: String
    let words: [String]
    var isNeeded = false
  }

  static func of(_ kind: InputKind) -> [Entry] {
    switch kind {
    case .orders: orders
    case .clicks: clicks
    default:
      kind.request.names.map {
        Entry(column: $0, words: [$0], isNeeded: kind.request.required.contains($0))
      }
    }
  }

  private static let orders = [
    Entry(
      column: "order_id",
      words: [
        "order id", "order number", "order #", "order no", "order no.", "order", "order ref",
        "transaction id", "sale id", "conversion id", "purchase id", "invoice id",
        "invoice number", "invoice", "bestellnummer", "auftragsnummer", "numéro de commande",
        "número de pedido", "reference", "id", "name",
      ], isNeeded: true),
    Entry(
      column: "occurred_at",
      words: [
        "occurred at", "order date", "created at", "created", "transaction date", "purchase date",
        "sale date", "event date", "date", "datetime", "timestamp", "time", "paid at",
        "bestelldatum", "datum", "fecha",
      ], isNeeded: true),
    Entry(
      column: "amount",
      words: [
        "subtotal", "net sales", "net amount", "net total", "net", "sale amount", "order value",
        "order amount", "amount", "order total", "total", "revenue", "sales", "price", "value",
        "nettobetrag", "betrag", "summe", "gesamt", "montant", "importe",
      ], isNeeded: true),
    Entry(column: "currency", words: ["currency", "currency code", "währung", "devise", "moneda"]),
    Entry(
      column: "status",
      words: ["status", "order status", "financial status", "payment status", "state"]),
    Entry(
      column: "refunded_amount", words: ["refunded amount", "amount refunded", "refund amount"]),
    Entry(
      column: "code",
      words: [
        "affiliate code", "referral code", "ref code", "partner code", "code", "ref", "sub id",
        "sub id 1", "subid", "subid1", "tracking id", "coupon code", "coupon", "discount code",
        "voucher code", "gutscheincode", "affiliate", "partner",
      ]),
    Entry(column: "click_id", words: ["click id", "clickid", "click ref"]),
    Entry(column: "visitor_id", words: ["visitor id", "visitor"]),
    Entry(column: "customer_id", words: ["customer id", "kundennummer", "client id", "user id"]),
    Entry(
      column: "customer_email",
      words: ["customer email", "email", "e-mail", "buyer email", "billing email"]),
    Entry(column: "ip", words: ["ip", "ip address"]),
    Entry(column: "sku", words: ["sku", "product id", "variant id", "artikelnummer"]),
    Entry(column: "category", words: ["category", "product category", "kategorie"]),
    Entry(column: "updated_at", words: ["updated at", "modified at", "last modified"]),
  ]

  private static let clicks = [
    Entry(column: "click_id", words: ["click id", "clickid", "id"]),
    Entry(
      column: "occurred_at",
      words: [
        "occurred at", "clicked at", "click date", "click time", "event date", "created at",
        "date", "datetime", "timestamp", "time",
      ], isNeeded: true),
    Entry(
      column: "code",
      words: [
        "affiliate code", "referral code", "code", "ref", "sub id", "sub id 1", "subid", "subid1",
        "tracking id", "affiliate", "partner", "link", "key",
      ], isNeeded: true),
    Entry(column: "visitor_id", words: ["visitor id", "visitor", "cookie id", "session id"]),
    Entry(column: "fingerprint", words: ["fingerprint"]),
    Entry(column: "ip", words: ["ip", "ip address"]),
    Entry(
      column: "landing_page",
      words: ["landing page", "landing url", "destination url", "page", "url"]),
    Entry(column: "referrer", words: ["referrer", "referer", "referrer url"]),
    Entry(column: "utm_source", words: ["utm source"]),
    Entry(column: "utm_medium", words: ["utm medium"]),
    Entry(column: "utm_campaign", words: ["utm campaign"]),
    Entry(column: "user_agent", words: ["user agent", "useragent", "ua"]),
  ]
}
