// What the status words of an unknown export may mean.

enum DraftStatus: Equatable {
  case native(String)
  case unpaid

  /// How a profile states it.
  var json: String {
    switch self {
    case .native(let word): "\"\(word)\""
    case .unpaid: "{ \"filter\": \"unpaid\" }"
    }
  }

  private static let partly = [
    "partial", "partly", "partiel", "teilweise", "teil", "parcial", "parzial", "gedeeltelijk",
  ]
  private static let refunded = [
    "refund", "return", "revers", "erstattet", "rückerstatt", "retour", "rembours", "reembols",
    "devuel", "devolv", "rimbors", "terugbetaald", "返金",
  ]
  private static let disputed = ["chargeback", "dispute", "rückbuchung", "rückbelast", "rétrofact"]
  private static let cancelled = [
    "cancel", "void", "declin", "reject", "denied", "invalid", "deleted", "storn", "abgelehnt",
    "annul", "refus", "rechaz", "rifiut", "geannuleerd", "afgewezen", "キャンセル",
  ]
  private static let waiting = [
    "pending", "unpaid", "not paid", "fail", "hold", "await", "draft", "open", "offen", "expired",
    "unbezahlt", "nicht bezahlt", "ausstehend", "wartet", "fehlgeschlagen", "attente", "impay",
    "brouillon", "échou", "pendiente", "pendente", "attesa", "openstaand", "onbetaald", "authori",
    "autoris", "autoriz", "保留", "未払",
  ]
  private static let paid = [
    "paid", "complet", "success", "succe", "approv", "confirm", "ship", "fulfil", "process",
    "closed", "locked", "settled", "captured", "bezahlt", "abgeschlossen", "versandt", "bestätigt",
    "erledigt", "payé", "réglé", "termin", "valid", "pagad", "pagat", "pago", "betaald", "betalt",
    "支払", "完了", "sale", "active", "done", "ok",
  ]

  /// The likeliest meaning of a word in small letters; nil where nothing tells it.
  static func meaning(of word: String) -> DraftStatus? {
    func has(_ parts: [String]) -> Bool { parts.contains { word.contains($0) } }
    if has(refunded) { return .native(has(partly) ? "partially_refunded" : "refunded") }
    if has(disputed) { return .native("chargeback") }
    if has(cancelled) { return .native("cancelled") }
    if has(waiting) { return .unpaid }
    return has(paid) ? .native("paid") : nil
  }
}
