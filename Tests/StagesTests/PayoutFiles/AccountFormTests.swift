import Testing

@testable import Stages

/// The fault that reading throws; nil where there is none.
private func fault(_ read: () throws(FormFault) -> Void) -> FormFault? {
  do throws(FormFault) {
    try read()
    return nil
  } catch {
    return error
  }
}

@Suite struct AccountFormTests {
  @Test(arguments: [
    "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606",
    "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "SA0380000000608010167519",
    "BR1800360305000010009795493C1", "LC55HEMM000100010012001200023015",
  ])
  func `an account number of the registry's examples is taken`(written: String) throws {
    #expect(try IBAN(written).text == written)
  }

  @Test func `the printed form and small letters name the same account`() throws {
    #expect(try IBAN("de89 3704 0044 0532 0130 00").text == "DE89370400440532013000")
  }

  @Test func `every wrong digit and every swap of two unequal digits is found`() {
    let right = Array("DE89370400440532013000".utf8)
    for place in 2..<right.count {
      for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != right[place] {
        var wrong = right
        wrong[place] = digit
        let text = String(decoding: wrong, as: UTF8.self)
        #expect(fault { () throws(FormFault) in _ = try IBAN(text) } == .checkDigits)
      }
      guard place + 1 < right.count, right[place] != right[place + 1] else { continue }
      var swapped = right
      swapped.swapAt(place, place + 1)
      let text = String(decoding: swapped, as: UTF8.self)
      #expect(fault { () throws(FormFault) in _ = try IBAN(text) } == .checkDigits)
    }
  }

  @Test(arguments: [
    ("", FormFault.empty), ("DE8937040044053201300", .length(expected: 22)),
    ("XX89370400440532013000", .unknownCountry), ("DE89-3704", .character),
    ("DE89370400440532013001", .checkDigits), ("ＤＥ89370400440532013000", .character),
  ])
  func `a wrong account number says what is wrong`(written: String, expected: FormFault) {
    #expect(fault { () throws(FormFault) in _ = try IBAN(written) } == expected)
  }

  @Test func `the euro area's neighbours are in SEPA and the rest of the world is not`() throws {
    #expect(try IBAN("GB29NWBK60161331926819").isInSEPA)
    #expect(try IBAN("CH9300762011623852957").isInSEPA)
    #expect(try !IBAN("BR1800360305000010009795493C1").isInSEPA)
  }

  @Test(arguments: ["COBADEFFXXX", "DEUTDEFF", "NEDSZAJJ", "deutdeff500"])
  func `a bank's identifier has 8 or 11 characters`(written: String) throws {
    #expect(try BIC(written).text.count == written.count)
  }

  @Test(arguments: [
    ("DEUTDEF", FormFault.length(expected: 8)), ("DEUTDEFF5", .length(expected: 11)),
    ("DEU1DEFF", .character), ("DEUTDE1F", .character), ("DEUTDEFO", .character), ("", .empty),
  ])
  func `a wrong bank identifier says what is wrong`(written: String, expected: FormFault) {
    #expect(fault { () throws(FormFault) in _ = try BIC(written) } == expected)
  }

  @Test(arguments: ["021000021", "011000015", "091000019", "121042882"])
  func `a routing number checks itself`(written: String) throws {
    #expect(try RoutingNumber(written).prefix + RoutingNumber(written).checkDigit == written)
  }

  @Test(arguments: [
    ("021000022", FormFault.checkDigits), ("000000000", .checkDigits),
    ("21000021", .length(expected: 9)), ("02100002A", .character), ("", .empty),
  ])
  func `a wrong routing number says what is wrong`(written: String, expected: FormFault) {
    #expect(fault { () throws(FormFault) in _ = try RoutingNumber(written) } == expected)
  }

  @Test(arguments: [
    ("", FormFault.empty), ("123456789012345678", .tooLong(limit: 17)), ("12 34", .character),
    ("abc123", .character), ("ABC", .character), ("=1+1", .character),
  ])
  func `an account number that an entry cannot carry says why`(
    written: String, expected: FormFault
  ) throws {
    let routing = try RoutingNumber("021000021")
    #expect(
      fault { () throws(FormFault) in
        _ = try ACHAccount(routing: routing, number: written, kind: .checking)
      } == expected)
  }

  @Test(arguments: [
    "jane@example.com", "jane.doe+partner@mail.example.co.uk", "o'neil@example.com", "1@a-b.io",
  ])
  func `a usual address is taken as it stands`(written: String) throws {
    #expect(try EmailAddress(written).text == written)
  }

  @Test(arguments: [
    "jane", "jane@", "@example.com", "jane@example", "jane@@example.com", "jane@example..com",
    ".jane@example.com", "jane.@example.com", "jane@-example.com", "jane@example.1",
    "jane doe@example.com", "jane@exämple.com", "Jane <jane@example.com>", "jane@example.com\n",
    "jane@example.com,joe@example.com", "\"jane doe\"@example.com", "",
  ])
  func `what is no usual address is refused`(written: String) {
    #expect(fault { () throws(FormFault) in _ = try EmailAddress(written) } != nil)
  }

  @Test func `an address longer than PayPal takes is refused`() {
    let long = String(repeating: "a", count: 60) + "@" + String(repeating: "b", count: 63) + ".com"
    #expect(
      fault { () throws(FormFault) in _ = try EmailAddress(long) } == .tooLong(limit: 127))
  }
}
