// Going through a block's columns for the clicks that a wish names: as many clicks as all the nights
// of the window brought, of which a handful are named.
import Pipeline

extension WishProbe {
  /// Calls `body` with each accepted click of the block that the wish names, in order.
  ///
  /// - Parameter isIdle: Whether no click of a code, by its place, makes a difference any more.
  @inline(__always) func scan(
    _ matches: ClickMatches, isIdle: (Int32) -> Bool = { _ in false },
    _ body: (WishedClick) -> Void
  ) {
    matches.withColumns { columns in
      let places = (0..<columns.layout.codeCount).map { code in
        let place = place(ofCode: columns.code(at: code))
        return place >= 0 && isIdle(place) ? -1 : place
      }
      if clickIDs.isEmpty && places.allSatisfy({ $0 < 0 }) {
        scanVisitors(columns, body)
      } else {
        scanAll(columns, places, body)
      }
    }
  }

  /// What is named by nothing but its visitor, by looking through the visitors alone: a click's
  /// other columns are for the few that pass.
  @inline(__always) private func scanVisitors(
    _ columns: ClickMatches.Columns, _ body: (WishedClick) -> Void
  ) {
    guard columns.layout.hasVisitors, !visitors.isEmpty else { return }
    var idStart = 0
    var counted = 0
    for row in 0..<columns.layout.rows where visitors.mayHave(columns.visitor(row)) {
      let bits = columns.state(row)
      guard bits & ClickMatches.stateBits == ClickState.accepted.rawValue,
        bits & ClickMatches.visitorBit != 0
      else { continue }
      let instant = columns.instant(row)
      guard instant >= from, instant <= until else { continue }
      let visitor = columns.visitor(row)
      let place = visitors.place(of: visitor)
      guard place >= 0 else { continue }
      idStart &+= columns.idBytes(counted..<row)
      counted = row
      body(
        WishedClick(
          row: row, instant: instant, code: columns.code(at: columns.codePlace(row)),
          id: columns.id(offset: idStart, length: columns.idLength(row)), visitor: visitor,
          visitorPlace: place, clickIDPlace: -1, codePlace: -1))
    }
  }

  /// What is named by any of its parts.
  @inline(__always) private func scanAll(
    _ columns: ClickMatches.Columns, _ places: [Int32], _ body: (WishedClick) -> Void
  ) {
    let namesIDs = !clickIDs.isEmpty
    var offset = 0
    for row in 0..<columns.layout.rows {
      let start = offset
      let length = columns.idLength(row)
      offset &+= length
      let bits = columns.state(row)
      guard bits & ClickMatches.stateBits == ClickState.accepted.rawValue else { continue }
      let visitor = bits & ClickMatches.visitorBit != 0 ? columns.visitor(row) : nil
      let id = columns.id(offset: start, length: length)
      let code = columns.codePlace(row)
      // What few clicks pass; the rest of it is only for them.
      let mayBeVisitor = visitor.map { visitors.mayHave($0) } ?? false
      let mayBeID = namesIDs && clickIDs.mayHave(id)
      guard mayBeVisitor || mayBeID || places[code] >= 0 else { continue }
      let instant = columns.instant(row)
      guard instant >= from, instant <= until else { continue }
      let visitorPlace = visitor.map { visitors.place(of: $0) } ?? -1
      let idPlace = mayBeID ? clickIDs.place(of: id) : -1
      // Only −1 three times over comes to −1.
      guard visitorPlace & idPlace & places[code] != -1 else { continue }
      body(
        WishedClick(
          row: row, instant: instant, code: columns.code(at: code), id: id, visitor: visitor,
          visitorPlace: visitorPlace, clickIDPlace: idPlace, codePlace: places[code]))
    }
  }
}
