// How many orders of one customer, or from one IP for one affiliate, stand before an order. Orders
// are counted all at once: sorted by what they share, those that go together are neighbours.
import Pipeline

/// One order as one of those that share something.
struct OrderSighting {
  /// What orders have in common: a customer, an e-mail, or one IP, affiliate and UTC day.
  struct Shared: Equatable {
    var key: Digest128
    /// Tells a customer (0), an e-mail (1) and an affiliate's IP on a day apart.
    var kind: UInt64

    static func customer(_ key: Digest128) -> Shared { Shared(key: key, kind: 0) }
    static func email(_ key: Digest128) -> Shared { Shared(key: key, kind: 1) }
    static func ip(_ key: Digest128, _ affiliate: AffiliateOrdinal, _ day: Int32) -> Shared {
      let index = UInt64(UInt32(bitPattern: affiliate.index))
      // The highest bit is no customer's and no e-mail's, so that no two kinds meet.
      return Shared(key: key, kind: 1 << 63 | index << 32 | UInt64(UInt32(bitPattern: day)))
    }

    /// The customer_id, else the e-mail (SPEC 9, Fraud).
    static func customer(_ customer: Digest128?, _ email: Digest128?) -> Shared? {
      customer.map { .customer($0) } ?? email.map { .email($0) }
    }

    static func < (left: Shared, right: Shared) -> Bool {
      left.key != right.key ? left.key < right.key : left.kind < right.kind
    }
  }

  var shared: Shared
  var instant: Instant
  /// The conversion's place; −1 − the trace's place for an order that is only counted.
  var place: Int32
}

/// Finds the orders that are one too many of those that share something within 24 hours.
struct OrderSightings {
  private var sightings: [OrderSighting] = []

  init(room: Int) { sightings.reserveCapacity(room) }

  /// Notes that an order has something that others may share.
  mutating func append(_ shared: OrderSighting.Shared, _ instant: Instant, _ place: Int32) {
    sightings.append(OrderSighting(shared: shared, instant: instant, place: place))
  }

  /// Calls `mark` with each conversion before which, itself included and at most 24 hours before,
  /// more than `most` orders share something with it.
  ///
  /// - Parameter id: The id of the order at a sighting's place.
  mutating func forEach(above most: Int, id: (Int32) -> OrderID, _ mark: (Int) -> Void) {
    keepThoseShared(byMoreThan: most)
    sightings.sort { left, right in
      if left.shared != right.shared { return left.shared < right.shared }
      if left.instant != right.instant { return left.instant < right.instant }
      if left.place >= 0, right.place >= 0 { return left.place < right.place }
      return id(left.place) < id(right.place)
    }
    // The earliest sighting that counts for the one at hand.
    var first = 0
    for place in sightings.indices {
      let sighting = sightings[place]
      while sightings[first].shared != sighting.shared
        || sightings[first].instant < sighting.instant + -Instant.day
      { first += 1 }
      if place - first + 1 > most, sighting.place >= 0 { mark(Int(sighting.place)) }
    }
  }

  /// Drops sightings that cannot matter: few keys are shared by so many. Keys that fall together
  /// in the small table are kept needlessly, which changes nothing.
  private mutating func keepThoseShared(byMoreThan most: Int) {
    var capacity = 64
    while capacity < sightings.count * 2 { capacity *= 2 }
    var counts = [UInt8](repeating: 0, count: capacity)
    let mask = UInt64(capacity - 1)
    for sighting in sightings {
      let slot = Self.slot(sighting.shared, mask)
      if counts[slot] < .max { counts[slot] += 1 }
    }
    sightings.removeAll { Int(counts[Self.slot($0.shared, mask)]) <= most }
  }

  private static func slot(_ shared: OrderSighting.Shared, _ mask: UInt64) -> Int {
    let spread = (shared.kind &* 0x9E37_79B9_7F4A_7C15) >> 20
    // Of a key's lower half the last 32 bits are always zero.
    return Int(truncatingIfNeeded: (shared.key.high ^ spread) & mask)
  }
}
