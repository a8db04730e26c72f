// The five attribution models: which of a visitor's clicks earn, and how much of the whole each.

extension AttributionModel {
  /// Most touches that share one commission (SPEC 10, Clicks and attribution).
  static let mostTouches = 100

  /// The touches that earn, with whole-number weights whose ratios are the model's shares.
  ///
  /// - Parameter touches: Candidates within the window, earliest first.
  /// - Note: Source: SPEC 3, Evidence, and SPEC 10.
  func winners(
    of touches: ArraySlice<Touch>, at order: Instant
  ) -> [(touch: Touch, weight: Int64)] {
    guard let first = touches.first, let last = touches.last else { return [] }
    switch self {
    case .firstClick: return [(first, 1)]
    case .lastClick: return [(last, 1)]
    case .linear:
      return touches.suffix(Self.mostTouches).map { ($0, 1) }
    case .positionBased:
      return Self.positionBased(touches.suffix(Self.mostTouches))
    case .timeDecay:
      return Self.timeDecay(touches.suffix(Self.mostTouches), at: order)
    }
  }

  /// 40 % to the first, 40 % to the last, the rest evenly between.
  private static func positionBased(
    _ touches: ArraySlice<Touch>
  ) -> [(touch: Touch, weight: Int64)] {
    let between = Int64(touches.count - 2)
    guard between > 0 else { return touches.map { ($0, 1) } }
    return touches.enumerated().map { place, touch in
      let isEnd = place == 0 || place == touches.count - 1
      return (touch, isEnd ? 2 * between : 1)
    }
  }

  /// 2^−⌊age in days ÷ 7⌋, scaled so that the oldest weighs 1.
  private static func timeDecay(
    _ touches: ArraySlice<Touch>, at order: Instant
  ) -> [(touch: Touch, weight: Int64)] {
    let halvings = touches.map { (order - $0.instant) / (7 * Instant.day) }
    let most = halvings.max() ?? 0
    return zip(touches, halvings).map { touch, halving in (touch, 1 << (most - halving)) }
  }
}
