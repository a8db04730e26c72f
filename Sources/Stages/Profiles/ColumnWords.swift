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
        "transaction id", "txn id", "sale id", "conversion id", "purchase id", "invoice id",
        "invoice number", "invoice", "bestellnummer", "auftragsnummer", "bestell-nr", "auftrags-nr",
        "bestelnummer", "ordernummer", "ordrenr", "numéro de commande", "n° commande", "commande",
        "número de pedido", "pedido", "numero ordine", "ordine", "注文番号", "reference", "id",
        "name",
      ], isNeeded: true),
    Entry(
      column: "occurred_at",
      words: [
        "occurred at", "order date", "created at", "created", "transaction date", "purchase date",
        "sale date", "event date", "date", "datetime", "timestamp", "paid at", "purchased at",
        "bestelldatum", "bestellt am", "datum", "date de commande", "fecha", "data", "dato",
        "注文日時", "注文日", "time",
      ], isNeeded: true),
    Entry(
      column: "amount",
      words: [
        "subtotal", "net sales", "net amount", "net total", "net", "nettobetrag", "betrag netto",
        "netto", "montant ht", "total ht", "importe neto", "base imponible", "imponibile",
        "sale amount", "order value", "order amount", "amount", "order total", "total", "revenue",
        "sales", "gross", "price", "value", "betrag", "summe", "gesamt", "umsatz", "bedrag",
        "montant", "importe", "importo", "valor", "totale", "合計金額", "合計", "金額",
      ], isNeeded: true),
    Entry(
      column: "currency",
      words: [
        "currency", "currency code", "ccy", "währung", "waehrung", "devise", "monnaie", "moneda",
        "moeda", "valuta", "通貨",
      ]),
    Entry(
      column: "status",
      words: [
        "status", "order status", "financial status", "payment status", "state", "zahlungsstatus",
        "bestellstatus", "statut", "état", "estado", "stato", "ステータス",
      ]),
    Entry(
      column: "refunded_amount", words: ["refunded amount", "amount refunded", "refund amount"]),
    Entry(
      column: "code",
      words: [
        "affiliate code", "referral code", "ref code", "partner code", "code", "ref", "sub id",
        "sub id 1", "subid", "subid1", "tracking id", "coupon code", "coupon", "discount code",
        "voucher code", "gutscheincode", "gutschein", "rabattcode", "code parrain", "code promo",
        "cupón", "codice", "kortingscode", "紹介コード", "affiliate", "partner",
      ]),
    Entry(column: "click_id", words: ["click id", "clickid", "click ref"]),
    Entry(column: "visitor_id", words: ["visitor id", "visitor"]),
    Entry(
      column: "customer_id",
      words: ["customer id", "kundennummer", "client id", "klantnummer", "user id"]),
    Entry(
      column: "customer_email",
      words: ["customer email", "email", "e-mail", "buyer email", "billing email", "courriel"]),
    Entry(column: "ip", words: ["ip", "ip address"]),
    Entry(column: "sku", words: ["sku", "product id", "variant id", "artikelnummer"]),
    Entry(column: "category", words: ["category", "product category", "kategorie", "catégorie"]),
    Entry(column: "updated_at", words: ["updated at", "modified at", "last modified"]),
  ]

  /// What the time of the day is called where it has a column of its own.
  static let times = [
    "time", "order time", "transaction time", "purchase time", "uhrzeit", "zeit", "heure", "hora",
    "ora", "tijd", "tid",
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
