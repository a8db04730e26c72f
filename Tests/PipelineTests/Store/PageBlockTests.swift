import Glibc
import Testing

@testable import Pipeline

struct PageBlockTests {
  private func filled(_ pages: [Int]) -> PageBlock {
    let block = PageBlock()
    block.number = 3
    for page in pages {
      let bytes = [UInt8](repeating: UInt8(page), count: PageBlock.pageBytes)
      unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        unsafe block.take(page, from: start)
      }
    }
    return block
  }

  private func runs(_ block: PageBlock) -> [[Int]] {
    var runs: [[Int]] = []
    let code = unsafe block.write { start, count, offset in
      let first = unsafe start.load(as: UInt8.self)
      runs.append([Int(first), count / PageBlock.pageBytes, Int(offset)])
      return 0
    }
    #expect(code == 0)
    return runs
  }

  @Test func `neighbouring pages are written together`() {
    let start = 3 * 64 * 8_192
    #expect(
      runs(filled([1, 0, 5, 63])) == [
        [0, 2, start], [5, 1, start + 5 * 8_192], [63, 1, start + 63 * 8_192],
      ])
    #expect(runs(filled(Array(0..<64))) == [[0, 64, start]])
    #expect(runs(filled([])) == [])
    #expect(filled([1, 0, 5]).end == Int64(start + 6 * 8_192))
  }

  @Test func `pages behind the end of the file are forgotten`() {
    let block = filled([1, 0, 5, 63])
    block.forget(from: 64)
    #expect(runs(block).count == 3)
    block.forget(from: 5)
    #expect(runs(block).count == 1)
    #expect(!block.has(5))
    block.forget(from: 0)
    #expect(runs(block).isEmpty)
  }

  @Test func `what the system refuses waits on, and another way's refusal is told`() throws {
    let block = filled([1, 2])
    // No descriptor at all.
    #expect(!block.write(to: -1))
    let code = unsafe block.write { _, _, _ in 13 }
    #expect(code == 13)
    #expect(runs(block).count == 1)
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["pages"], for: .readOrCreate(mode: 0o600))
    #expect(block.write(to: file.number))
    let again = PageBlock()
    again.number = 3
    again.fill(from: 0, count: 64, of: file.number)
    #expect(again.has(0) && again.has(1) && again.has(2) && !again.has(3))
  }

  @Test func `many stretches are written at once, each to its place`() throws {
    let pages = Array(stride(from: 0, to: 64, by: 3)) + [10, 11, 40]
    let folder = try ScratchFolder()
    let file = try Descriptor(opening: folder["pages"], for: .readOrCreate(mode: 0o600))
    #expect(filled(pages).write(to: file.number))
    #expect(!filled(pages).write(to: -1))
    let again = PageBlock()
    again.number = 3
    again.fill(from: 0, count: 64, of: file.number)
    for page in 0..<64 {
      var bytes = [UInt8](repeating: 255, count: PageBlock.pageBytes)
      unsafe bytes.withUnsafeMutableBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        unsafe again.give(page, to: start)
      }
      let expected = pages.contains(page) ? UInt8(page) : 0
      #expect(bytes.allSatisfy { $0 == expected }, "page \(page)")
    }
  }
}
