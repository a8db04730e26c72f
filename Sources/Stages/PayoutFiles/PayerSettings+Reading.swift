// How `settings.payers` is written.
public import Pipeline

extension PayerSettings {
  /// Reads the member `payers` of the settings.
  ///
  /// - Throws: ``PayerSettingsFault`` for an unknown member or a value that a file could not carry.
  public init(_ json: JSONValue) throws(PayerSettingsFault) {
    self.init()
    let members = try PayerMembers(json, "payers", ["paypal", "wise", "sepa", "ach"])
    if let member = try members.object("paypal", ["note", "max_per_payout"]) {
      payPal = try PayPal(member)
    }
    if let member = try members.object("wise", ["source_currency"]) {
      wise.sourceCurrency = try member.currency("source_currency")
    }
    if let member = try members.object("sepa", SEPA.keys) { sepa = try SEPA(member) }
    if let member = try members.object("ach", ACH.keys) { ach = try ACH(member) }
  }
}

extension PayerSettings.PayPal {
  fileprivate init(_ members: PayerMembers) throws(PayerSettingsFault) {
    self.init()
    note = try members.text("note", 0...400, default: note)
    guard !SpreadsheetCell.isFormula(note) else {
      throw members.fault("note", "must not begin with = + - @")
    }
    guard let limits = members.json["max_per_payout"] else { return }
    guard let entries = limits.members else {
      throw members.fault("max_per_payout", "is an object such as {\"USD\": \"20000.00\"}")
    }
    for entry in entries {
      let path = "max_per_payout." + entry.name.string
      guard let currency = Currency(code: entry.name.string) else {
        throw members.fault(path, "is no currency of ISO 4217")
      }
      let spelling = (entry.value.text ?? entry.value.spelling)?.string ?? ""
      let scanned = ByteView.withBytes(of: spelling) { try? DecimalText.scan($0) }
      guard let minor = scanned?.units(exponent: currency.exponent), minor > 0 else {
        throw members.fault(path, "is no amount in \(currency.code)")
      }
      mostPerPayout[currency] = minor
    }
  }
}

extension PayerSettings.SEPA {
  fileprivate static let keys = [
    "name", "iban", "bic", "version", "remittance", "execution_days",
  ]

  fileprivate init(_ members: PayerMembers) throws(PayerSettingsFault) {
    let iban = try members.form("iban") { text throws(FormFault) in try IBAN(text) }
    guard iban.isInSEPA else { throw members.fault("iban", "is outside SEPA") }
    var bic: BIC?
    if members.json["bic"] != nil {
      bic = try members.form("bic") { text throws(FormFault) in try BIC(text) }
    }
    self.init(name: try members.sepaText("name", 1...70), iban: iban, bic: bic)
    version = try members.word("version", default: version)
    remittance = try members.sepaText("remittance", 0...120, default: remittance)
    executionDays = try members.days("execution_days", default: executionDays)
  }
}

extension PayerSettings.ACH {
  fileprivate static let keys = [
    "destination", "destination_name", "origin", "origin_name", "company_name", "company_id",
    "odfi", "description", "effective_days", "line_end",
  ]

  fileprivate init(_ members: PayerMembers) throws(PayerSettingsFault) {
    let routing = { (text: String) throws(FormFault) in try RoutingNumber(text) }
    let destination = try members.form("destination", routing)
    self.init(
      destination: destination,
      destinationName: try members.capitals("destination_name", 1...23),
      origin: try members.identification("origin"),
      originName: try members.capitals("origin_name", 1...23),
      companyName: try members.capitals("company_name", 1...16),
      companyID: try members.identification("company_id"),
      odfi: try members.json["odfi"] == nil ? destination : members.form("odfi", routing))
    entryDescription = try members.capitals("description", 1...10, default: entryDescription)
    effectiveDays = try members.days("effective_days", default: effectiveDays)
    lineEnd = try members.word("line_end", default: lineEnd)
  }
}

/// The members of one object of `payers`, and where it stands.
private struct PayerMembers {
  let json: JSONValue
  let path: String

  init(_ json: JSONValue, _ path: String, _ known: [String]) throws(PayerSettingsFault) {
    self.json = json
    self.path = path
    guard let members = json.members else {
      throw PayerSettingsFault(path: path, message: "is an object")
    }
    for member in members where !known.contains(member.name.string) {
      throw fault(member.name.string, "is unknown; known are \(known.joined(separator: ", "))")
    }
  }

  func fault(_ name: String, _ message: String) -> PayerSettingsFault {
    PayerSettingsFault(path: path + "." + name, message: message)
  }

  func object(
    _ name: String, _ known: [String]
  ) throws(PayerSettingsFault) -> PayerMembers? {
    guard let member = json[Text(name)] else { return nil }
    return try PayerMembers(member, path + "." + name, known)
  }

  /// Printable ASCII.
  func text(
    _ name: String, _ lengths: ClosedRange<Int>, default: String? = nil
  ) throws(PayerSettingsFault) -> String {
    guard let member = json[Text(name)] else {
      guard let `default` else { throw fault(name, "is missing") }
      return `default`
    }
    let wanted = "is a text of \(lengths.lowerBound) to \(lengths.upperBound) characters of ASCII"
    guard let text = member.text?.string, lengths.contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), text.utf8.first != 0x20,
      text.utf8.last != 0x20
    else { throw fault(name, wanted + ", without spaces at its ends") }
    return text
  }

  func sepaText(
    _ name: String, _ lengths: ClosedRange<Int>, default: String? = nil
  ) throws(PayerSettingsFault) -> String {
    let text = try text(name, lengths, default: `default`)
    guard text.utf8.allSatisfy(SEPAText.isAllowed) else {
      throw fault(name, "has other characters than letters, digits, spaces and / - ? : ( ) . , ' +")
    }
    return text
  }

  /// Small letters become capitals.
  func capitals(
    _ name: String, _ lengths: ClosedRange<Int>, default: String? = nil
  ) throws(PayerSettingsFault) -> String {
    let text = try text(name, lengths, default: `default`)
    return String(decoding: text.utf8.map { $0.isSmallLetter ? $0 - 0x20 : $0 }, as: UTF8.self)
  }

  /// Nine or ten letters and digits; nine get a space before them, as a routing number does.
  func identification(_ name: String) throws(PayerSettingsFault) -> String {
    let text = try text(name, 1...10)
    guard (9...10).contains(text.utf8.count), text.utf8.allSatisfy({ $0.isDigit || $0.isCapital })
    else { throw fault(name, "is 9 or 10 capital letters and digits, as the bank assigned them") }
    return text.utf8.count == 9 ? " " + text : text
  }

  func form<Value>(
    _ name: String, _ read: (String) throws(FormFault) -> Value
  ) throws(PayerSettingsFault) -> Value {
    guard let text = json[Text(name)]?.text?.string else { throw fault(name, "is missing: a text") }
    do { return try read(text) } catch { throw fault(name, error.description) }
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, default: Word
  ) throws(PayerSettingsFault) -> Word {
    guard let member = json[Text(name)] else { return `default` }
    guard let text = member.text?.string, let word = Word(rawValue: text) else {
      throw fault(name, "is one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
  }

  func days(_ name: String, default: Int64) throws(PayerSettingsFault) -> Int64 {
    guard let member = json[Text(name)] else { return `default` }
    guard let days = member.integer, (0...30).contains(days) else {
      throw fault(name, "is a whole number from 0 to 30")
    }
    return days
  }

  func currency(_ name: String) throws(PayerSettingsFault) -> Currency? {
    guard let member = json[Text(name)] else { return nil }
    guard let currency = member.text.flatMap({ Currency(code: $0.string) }) else {
      throw fault(name, "is no currency of ISO 4217")
    }
    return currency
  }
}
