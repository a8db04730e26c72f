// The vector masks and the UTF-8 check against plain loops and the standard library.

import TestSupport
import Testing

@testable import Pipeline

struct ByteScanningTests {
  @Test func `a mask has the bits of the bytes that are equal`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let bytes = (0..<64).map { _ in UInt8.random(in: 0...3, using: &random) }
      for wanted in UInt8(0)...3 {
        var expected: UInt64 = 0
        for (index, byte) in bytes.enumerated() where byte == wanted {
          expected |= 1 << UInt64(index)
        }
        let mask = ByteView.withBytes(of: bytes) { unsafe ByteBlock($0.base).mask(of: wanted) }
        #expect(mask == expected)
      }
    }
  }

  @Test func `a mask is the same with and without the instruction for it`() {
    var random = SplitMix64(seed: 13)
    for _ in 0..<500 {
      let bytes = (0..<64).map { _ in UInt8.random(in: 0...2, using: &random) }
      ByteView.withBytes(of: bytes) { bytes in
        let hits = unsafe ByteBlock(bytes.base).hits(of: 1)
        #expect(ByteBlock.mask(ofHits: hits) == ByteBlock.wordMask(ofHits: hits))
      }
    }
  }

  @Test func `64 equal bytes set every bit`() {
    let bytes = [UInt8](repeating: 10, count: 64)
    #expect(ByteView.withBytes(of: bytes) { unsafe ByteBlock($0.base).mask(of: 10) } == .max)
  }

  @Test func `the running exclusive or turns at every set bit`() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<200 {
      let mask = random.next() & random.next()
      var expected: UInt64 = 0
      var inside: UInt64 = 0
      for bit in UInt64(0)..<64 {
        inside ^= mask >> bit & 1
        expected |= inside << bit
      }
      #expect(ByteBlock.prefixXor(mask) == expected)
    }
  }

  @Test func `the UTF-8 check agrees with the standard library on all short sequences`() {
    let leads: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    let others: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2]
    for lead in leads {
      check([lead])
      for second in others {
        check([lead, second])
        for third in others {
          check([lead, second, third])
          for fourth in others { check([lead, second, third, fourth]) }
        }
      }
    }
  }

  @Test func `the UTF-8 check finds the place in long text`() {
    var random = SplitMix64(seed: 13)
    for _ in 0..<500 {
      let text = String(repeating: "plain text é ", count: Int.random(in: 0...6, using: &random))
      var bytes = Array(text.utf8)
      let index = Int.random(in: 0...bytes.count, using: &random)
      bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
      check(bytes)
    }
  }

  @Test func `plain ASCII has no NUL and no high bit`() {
    for count in 0..<40 {
      var bytes = [UInt8](repeating: 0x20, count: count)
      #expect(ByteView.withBytes(of: bytes) { $0.isPlainASCII() })
      for index in 0..<count {
        for (byte, isPlain) in [(UInt8(0), false), (0x80, false), (0x7F, true), (0x01, true)] {
          bytes[index] = byte
          #expect(ByteView.withBytes(of: bytes) { $0.isPlainASCII() } == isPlain)
        }
        bytes[index] = 0x20
      }
    }
  }

  @Test func `whole blocks of ASCII are UTF-8, whatever stands behind them`() {
    for blocks in 1...3 {
      for behind in [UInt8(0x41), 0x80, 0xC3, 0xF4, 0xFF] {
        let bytes = [UInt8](repeating: 0x61, count: blocks * 64) + [behind]
        let found = ByteView.withBytes(of: bytes) { bytes in
          bytes.slice(from: 0, to: blocks * 64).firstInvalidUTF8()
        }
        #expect(found == nil)
      }
    }
  }

  private func check(_ bytes: [UInt8]) {
    let found = ByteView.withBytes(of: bytes) { $0.firstInvalidUTF8() }
    #expect(found == firstInvalidByStandardLibrary(bytes), "\(bytes)")
  }
}

/// Where the standard library stops taking bytes as UTF-8.
func firstInvalidByStandardLibrary(_ bytes: [UInt8]) -> Int? {
  do {
    _ = try UTF8Span(validating: bytes.span)
    return nil
  } catch {
    return error.byteOffsets.lowerBound
  }
}
