// The masks of many blocks at once, for every width of vectors that this processor has, against
// loops that look at one byte after another.

import CByteMask
import TestSupport
import Testing

@testable import Pipeline

#if arch(x86_64)
  struct VectorMaskTests {
    static let widths = Array(0...cell_masks_width())
    /// What bears on a mask, its neighbours among the bytes, and others.
    private static let alphabet: [UInt8] =
      [0x00, 0x09, 0x0A, 0x0D, 0x1F, 0x20, 0x22, 0x23, 0x2C, 0x3B, 0x5B, 0x5C, 0x5D, 0x61, 0x7F]
      + [0x80, 0xA2, 0xAC, 0xDC, 0xFF]

    private static func bytes(
      blocks: Int, plain: Bool, _ random: inout SplitMix64
    ) -> [UInt8] {
      let choice = plain ? alphabet.filter { $0 > 0 && $0 < 0x80 } : alphabet
      return (0..<blocks * 64).map { _ in choice.randomElement(using: &random) ?? 0 }
    }

    private static func bits(_ bytes: ArraySlice<UInt8>, _ holds: (UInt8) -> Bool) -> UInt64 {
      bytes.enumerated().reduce(0) { $0 | (holds($1.element) ? 1 << UInt64($1.offset) : 0) }
    }

    @Test(arguments: widths, [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09])
    func `masks of cells are those of a plain loop`(width: Int32, delimiter: UInt8) {
      var random = SplitMix64(seed: 31)
      for round in 0..<60 {
        let blocks = round % 9 + 1
        let bytes = Self.bytes(blocks: blocks, plain: round % 2 == 0, &random)
        var masks = [cell_masks](repeating: cell_masks(), count: blocks)
        let found = unsafe cell_masks_fill(width, bytes, blocks, delimiter, &masks)
        #expect((found & Int32(cell_bytes_zero) != 0) == bytes.contains(0))
        #expect((found & Int32(cell_bytes_beyond_ascii) != 0) == bytes.contains { $0 >= 0x80 })
        for block in 0..<blocks {
          let part = bytes[block * 64..<block * 64 + 64]
          let marks = Self.bits(part) { $0 == 0x22 }
          #expect(masks[block].marks == marks)
          #expect(masks[block].feeds == Self.bits(part) { $0 == 0x0A })
          #expect(masks[block].delimiters == Self.bits(part) { $0 == delimiter })
          #expect(masks[block].quoted == ByteBlock.prefixXor(marks))
        }
      }
    }

    @Test(arguments: widths)
    func `a byte beyond ASCII or NUL is seen wherever it stands`(width: Int32) {
      for place in 0..<128 {
        for (byte, expected) in [(UInt8(0), cell_bytes_zero), (0x80, cell_bytes_beyond_ascii)] {
          var bytes = [UInt8](repeating: 0x61, count: 128)
          var masks = [cell_masks](repeating: cell_masks(), count: 2)
          #expect(unsafe cell_masks_fill(width, bytes, 2, 0x2C, &masks) == 0)
          bytes[place] = byte
          #expect(unsafe cell_masks_fill(width, bytes, 2, 0x2C, &masks) == Int32(expected))
        }
      }
    }

    @Test(arguments: widths)
    func `stops of strings are those of a plain loop`(width: Int32) {
      var random = SplitMix64(seed: 33)
      for blocks in [1, 2, 63, 64, 65, 130] {
        let bytes = Self.bytes(blocks: blocks, plain: false, &random).enumerated().map {
          // Few blocks have a byte beyond ASCII.
          $0.element >= 0x80 && $0.offset / 64 % 3 != 0 ? 0x61 : $0.element
        }
        var stops = [UInt64](repeating: 7, count: blocks)
        var beyond = [UInt64](repeating: 7, count: (blocks + 63) / 64)
        unsafe string_stops_fill(width, bytes, blocks, &stops, &beyond)
        for block in 0..<blocks {
          let part = bytes[block * 64..<block * 64 + 64]
          #expect(stops[block] == Self.bits(part) { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C })
          let isBeyond = beyond[block / 64] >> UInt64(block % 64) & 1 == 1
          #expect(isBeyond == part.contains { $0 >= 0x80 })
        }
        let behind = (blocks..<beyond.count * 64).contains {
          beyond[$0 / 64] >> UInt64($0 % 64) & 1 == 1
        }
        #expect(!behind)
      }
    }

    @Test func `masks without an instruction are the same`() {
      var random = SplitMix64(seed: 35)
      for _ in 0..<50 {
        let bytes = Self.bytes(blocks: 1, plain: false, &random)
        var masks = [cell_masks()]
        _ = unsafe cell_masks_fill(0, bytes, 1, 0x2C, &masks)
        let plain = ByteView.withBytes(of: bytes) {
          unsafe ByteBlock($0.base).cellMasks(delimiter: 0x2C)
        }
        #expect(plain.marks == masks[0].marks && plain.feeds == masks[0].feeds)
        #expect(plain.delimiters == masks[0].delimiters && plain.quoted == masks[0].quoted)
      }
    }
  }
#endif
