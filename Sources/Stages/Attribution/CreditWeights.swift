// The five attribution models: which of a visitor's clicks earn, and how much of the whole each.

extension AttributionModel {
  /// Most touches that share one commission (SPEC 10, Clicks and attribution).
  static let mostTouches = 100

  /// Which of the candidates earn: a part of them from the front or from the back.
  ///
  /// - Parameter touches: Candidates within the window, earliest first.
  func winners<Candidate>(of touches: ArraySlice<Candidate>) -> ArraySlice<Candidate> {
    switch self {
    case .firstClick: touches.prefix(1)
    case .lastClick: touches.suffix(1)
    case .linear, .positionBased, .timeDecay: touches.suffix(Self.mostTouches)
    }
  }

  /// The weight of the winner at a place: whole numbers whose ratios are the model's shares.
  ///
  /// - Parameter winners: Earliest first, one or more.
  /// - Note: Source: SPEC 3, Evidence, and SPEC 10.
  func weight(of place: Int, among winners: ArraySlice<Touch>, at order: Instant) -> Int64 {
    switch self {
    case .firstClick, .lastClick, .linear: return 1
    case .positionBased:
      // 40 % to the first, 40 % to the last, the rest evenly between.
      let between = Int64(winners.count - 2)
      guard between > 0 else { return 1 }
      let isEnd = place == winners.startIndex || place == winners.endIndex - 1
      return isEnd ? 2 * between : 1
    case .timeDecay:
      // 2^−⌊age in days ÷ 7⌋, scaled so that the oldest weighs 1.
      let most = Self.halvings(winners[winners.startIndex].instant, at: order)
      return 1 << (most - Self.halvings(winners[place].instant, at: order))
    }
  }

  private static func halvings(_ instant: Instant, at order: Instant) -> Int64 {
    (order - instant) / (7 * Instant.day)
  }
}
