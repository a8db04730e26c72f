import Glibc
import TestSupport
import Testing

@testable import Pipeline

/// Pages on their way to the disk are read as they were handed over, and arrive in order.
@Suite struct PageFlightTests {
  private static func page(_ value: UInt8) -> [UInt8] {
    [UInt8](repeating: value, count: PageBlock.pageBytes)
  }

  private static func block(_ number: Int, _ pages: [Int: UInt8]) -> PageBlock {
    let block = PageBlock()
    block.number = number
    for (page, value) in pages {
      unsafe Self.page(value).withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { unsafe block.take(page, from: start) }
      }
    }
    return block
  }

  @Test func `what the system refuses goes another way, in the order in which it came`() {
    let flight = PageFlight(to: -1)
    for value: UInt8 in 1...3 { flight.take(Self.block(7, [2: value])) }
    flight.take(Self.block(8, [0: 4]))
    flight.wait()
    #expect(flight.isRefused)
    #expect(flight.has(7) && flight.has(8) && !flight.has(6))
    #expect(flight.block(7, with: 3) == nil)
    var seen: [UInt8] = []
    let refused = unsafe flight.settle { start, _, _ in
      guard seen.count < 2 else { return 13 }
      seen.append(unsafe start.load(as: UInt8.self))
      return 0
    }
    #expect(refused == 13)
    #expect(seen == [1, 2])
    #expect(flight.block(7, with: 2)?.waiting == 4)
    let code = unsafe flight.settle { start, _, _ in
      seen.append(unsafe start.load(as: UInt8.self))
      return 0
    }
    #expect(code == 0)
    #expect(seen == [1, 2, 3, 4])
    #expect(!flight.has(7) && !flight.has(8))
    #expect(flight.room().waiting == 0)
  }

  /// Whether files here can be read and written past the page cache.
  private static func hasDirectAccess() -> Bool {
    guard let folder = try? ScratchFolder(),
      let file = try? Descriptor(opening: folder["probe"], for: .readOrCreate(mode: 0o600))
    else { return false }
    return DirectAccess.set(true, file.number)
  }

  @Test(.enabled(if: hasDirectAccess()), arguments: 1...8 as ClosedRange<UInt64>)
  func `pages come back as they were written last, whatever is on its way`(seed: UInt64) throws {
    let folder = try ScratchFolder()
    let path = folder["pages"]
    let own = try Descriptor(opening: path, for: .readOrCreate(mode: 0o600))
    let blocks = try unsafe PageBlocks(path: path) { _, _, _ in 1 }
    var random = SplitMix64(seed: seed)
    var model: [UInt8?] = []
    for step in 0..<4_000 {
      let page = Int(random.next() % 3_000)
      switch random.next() % 100 {
      case 0..<60:
        let value = UInt8(truncatingIfNeeded: step)
        while model.count <= page { model.append(nil) }
        model[page] = value
        unsafe Self.page(value).withUnsafeBytes { bytes in
          guard let start = bytes.baseAddress else { return }
          #expect(unsafe blocks.write(start, page: page) == 0)
        }
      case 60..<98:
        guard page < model.count, let value = model[page] else { continue }
        var bytes = Self.page(value &+ 1)
        unsafe bytes.withUnsafeMutableBytes { bytes in
          guard let start = bytes.baseAddress else { return }
          #expect(unsafe blocks.read(page, into: start), "step \(step), page \(page)")
        }
        #expect(bytes == Self.page(value), "step \(step), page \(page)")
      case 98: #expect(blocks.flush() == 0)
      default:
        guard page > 2_000 else { continue }
        #expect(blocks.settle() == 0)
        #expect(ftruncate(own.number, off_t(page * PageBlock.pageBytes)) == 0)
        blocks.truncate(to: page)
        model = Array(model.prefix(page))
      }
      #expect(blocks.end >= Int64(model.count * PageBlock.pageBytes))
    }
    #expect(blocks.flush() == 0)
    for (page, value) in model.enumerated() {
      guard let value else { continue }
      var bytes = Self.page(value &+ 1)
      let count = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe pread(own.number, bytes.baseAddress, bytes.count, off_t(page * bytes.count))
      }
      #expect(count == bytes.count)
      #expect(bytes == Self.page(value), "page \(page)")
    }
  }
}
