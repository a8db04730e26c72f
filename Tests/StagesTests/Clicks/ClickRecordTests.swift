// What is written into a click record is read back.
import Pipeline
import TestSupport
import Testing

@testable import Stages

@Suite struct ClickRecordTests {
  @Test(arguments: [0, 1, 12, 32_766, 32_767, 32_768, 100_000])
  func `a record gives back what went into it`(idLength: Int) {
    var random = SplitMix64(seed: UInt64(idLength))
    for flags in UInt8(0)..<8 {
      let id = (0..<idLength).map { _ in UInt8.random(in: 0...255, using: &random) }
      let instant = [
        InstantText.earliestMilliseconds, -1, 0, 1_774_915_200_123,
        InstantText.latestMilliseconds,
      ].randomElement(using: &random)
      let values = ClickValues(
        instant: instant ?? 0, code: Int32.random(in: 0..<1 << 28, using: &random),
        origin: RowOrigin(file: 70_000, line: .max), flags: ClickFlags(rawValue: flags),
        visitor: Key96(high: random.next(), low: 7), ip: Key96(high: random.next(), low: 9),
        content: random.next())
      ByteView.withBytes(of: id) { expect(values, RawReader($0)) }
    }
  }

  private func expect(_ values: ClickValues, _ id: RawReader) {
    let size = ClickRecord.size(values.flags, idLength: id.count)
    let bytes = OwnedBytes(count: size) { ClickRecord.store(values, id: id, into: $0) }
    bytes.withReader { reader in
      let record = unsafe ClickRecord(base: reader.base)
      let none = Key96(high: 0, low: 0)
      #expect(record.size == size)
      #expect(record.instant == values.instant)
      #expect(record.code == values.code)
      #expect(record.origin == values.origin)
      #expect(record.flags == values.flags)
      #expect(record.visitor == (values.flags.contains(.hasVisitor) ? values.visitor : none))
      #expect(record.ip == (values.flags.contains(.hasIP) ? values.ip : none))
      #expect(record.content == values.content)
      #expect(compareBytes(record.id, id) == 0)
    }
  }
}
