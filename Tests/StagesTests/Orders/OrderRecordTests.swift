import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite("Orders as records")
struct OrderRecordTests {
  private static func text(_ random: inout SplitMix64) -> Text {
    let letters = ["a", "Z", "0", "-", "é", "日", "\u{1F600}"]
    let count = [0, 1, 7, 8, 15, 16, 17, 40, 300][Int(random.next() % 9)]
    return Text((0..<count).map { _ in letters[Int(random.next() % 7)] }.joined())
  }

  private static func digest(_ random: inout SplitMix64, isWhole: Bool) -> Digest128 {
    let digest = Digest128(high: random.next(), low: random.next())
    return isWhole ? digest : digest.narrowed
  }

  private static func number(_ random: inout SplitMix64) -> Int64 {
    let number = Int64(bitPattern: random.next())
    return [0, 1, -1, .max, .min, number, number >> 20, number >> 50][Int(random.next() % 8)]
  }

  private static func row(_ random: inout SplitMix64) -> OrderRow {
    let isWhole = random.next() % 4 == 0
    func maybe<Value>(_ value: (inout SplitMix64) -> Value) -> Value? {
      random.next() % 3 == 0 ? nil : value(&random)
    }
    func amount(_ random: inout SplitMix64) -> WrittenAmount {
      WrittenAmount(
        digits: number(&random), fractionDigits: Int32(random.next() % 4_000_000_000 >> 1),
        isMinor: random.next() % 2 == 0)
    }
    let content = digest(&random, isWhole: true)
    var row = OrderRow(
      origin: RowOrigin(
        file: Int32(random.next() % 300), line: Int32(random.next() % UInt64(Int32.max))),
      content: isWhole ? content : content.halved, program: ProgramOrdinal(7),
      id: OrderID(text(&random)), occurredAt: Instant(milliseconds: number(&random)),
      amount: amount(&random))
    row.currency = maybe { [Currency.usd, Currency(code: "JPY") ?? .usd][Int($0.next() % 2)] }
    row.status = maybe { OrderStatus(rawValue: UInt8($0.next() % 5)) ?? .paid }
    row.isCorrection = random.next() % 2 == 0
    row.updatedAt = maybe { Instant(milliseconds: number(&$0)) }
    row.refunded = maybe { amount(&$0) }
    row.code = maybe { text(&$0) }
    row.clickID = maybe { text(&$0) }
    row.sku = maybe { text(&$0) }
    row.category = maybe { text(&$0) }
    row.visitor = maybe { digest(&$0, isWhole: isWhole) }
    row.customer = maybe { digest(&$0, isWhole: isWhole) }
    row.email = maybe { digest(&$0, isWhole: isWhole) }
    row.emailDomain = maybe { digest(&$0, isWhole: isWhole) }
    row.ip = maybe { digest(&$0, isWhole: isWhole) }
    return row
  }

  /// Everything that a row states.
  private static func stated(_ row: OrderRow) -> String {
    var parts: [Any] = [row.origin, row.content, row.program, row.id, row.occurredAt, row.amount]
    parts += [row.currency?.code as Any, row.status as Any, row.isCorrection, row.updatedAt as Any]
    parts += [row.refunded as Any, row.code as Any, row.clickID as Any, row.sku as Any]
    parts += [row.category as Any, row.visitor as Any, row.customer as Any, row.email as Any]
    parts += [row.emailDomain as Any, row.ip as Any]
    return "\(parts)"
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `come back as the rows that they were made of`(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let rows = (0..<500).map { _ in Self.row(&random) }
    let records = OrderRows(rows)
    #expect(records.count == 500)
    for (place, row) in rows.enumerated() {
      #expect(Self.stated(records[place]) == Self.stated(row))
      #expect(records.sortKey(place) == row.id.text.sortKey)
      #expect(records.head(place).id == row.id)
      #expect(records.head(place).occurredAt == row.occurredAt)
    }
  }

  @Test func `compare as the texts of their ids do`() {
    var random = SplitMix64(seed: 5)
    let rows = (0..<80).map { _ in Self.row(&random) }
    let records = OrderRows(rows)
    for left in rows.indices {
      for right in rows.indices {
        let order = records.compareIDs(left, right)
        #expect((order < 0) == (rows[left].id < rows[right].id))
        #expect((order == 0) == (rows[left].id == rows[right].id))
      }
    }
  }

  @Test func `no rows are no records`() {
    #expect(OrderRows().isEmpty)
    #expect(OrderRows([]).count == 0)
  }
}
