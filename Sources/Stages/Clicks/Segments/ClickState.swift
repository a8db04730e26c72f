// What became of a stored click. The numbers stand in segments and never change.

/// The fate of a click whose row is stored; duplicates are not.
enum ClickState: UInt8 {
  case accepted = 0
  case rateLimited = 1
  case affiliateInactive = 2
  case programPaused = 3
  case codeInactive = 4
  case codeExpired = 5
  case bot = 6

  var fate: Fate {
    switch self {
    case .accepted: .accepted
    case .rateLimited: .filtered(.rateLimited)
    case .affiliateInactive: .filtered(.affiliateInactive)
    case .programPaused: .filtered(.programPaused)
    case .codeInactive: .filtered(.codeInactive)
    case .codeExpired: .filtered(.codeExpired)
    case .bot: .filtered(.bot)
    }
  }

  /// Whether later clicks of the same identity are duplicates of it (SPEC 10, Clicks).
  var claimsIdentity: Bool { self == .accepted || self == .rateLimited }
}
