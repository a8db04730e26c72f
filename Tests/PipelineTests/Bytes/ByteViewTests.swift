// Views of lent bytes.

import Pipeline
import Testing

struct ByteViewTests {
  @Test func `a view counts, indexes and slices the bytes it was lent`() {
    ByteView.withBytes(of: [10, 20, 30, 40]) { view in
      #expect(view.count == 4)
      #expect(view[2] == 30)
      #expect(view.slice(from: 1, to: 3).copied() == [20, 30])
      #expect(view.slice(from: 4, to: 4).isEmpty)
    }
  }

  @Test func `a view of nothing is empty`() {
    ByteView.withBytes(of: []) { view in
      #expect(view.isEmpty)
      #expect(view.copied() == [])
      #expect(view.string() == "")
      #expect(view.equals(""))
    }
  }

  @Test func `views are equal by their bytes and not by canonical equivalence`() {
    ByteView.withBytes(of: "é") { composed in
      ByteView.withBytes(of: "e\u{301}") { decomposed in
        #expect(composed != decomposed)
        #expect(composed.string() == decomposed.string())
        #expect(composed.text() != decomposed.text())
      }
      ByteView.withBytes(of: [0xC3, 0xA9]) { #expect($0 == composed) }
    }
  }

  @Test func `a view is compared with a literal byte by byte`() {
    ByteView.withBytes(of: "click_id") { view in
      #expect(view.equals("click_id"))
      #expect(!view.equals("click_ie"))
      #expect(!view.equals("click_i"))
    }
    ByteView.withBytes(of: "0") { #expect($0.equals("0")) }
  }
}
