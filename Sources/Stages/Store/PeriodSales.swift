// What affiliates earned in the days that a report looks back on: of the night as it is worked out,
// of earlier runs as the store has it.
import Pipeline

/// Credits and their payouts by programme, affiliate and currency, of some days.
struct PeriodSales: Sendable {
  struct Key: SumKey {
    var program: Int32
    var affiliate: Int32
    var currency: UInt32

    var words: (UInt64, UInt64) {
      let first = UInt64(UInt32(bitPattern: program)) << 32 | UInt64(currency)
      return (first, UInt64(bitPattern: Int64(affiliate)))
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.program, left.affiliate, left.currency)
        < (right.program, right.affiliate, right.currency)
    }
  }

  struct Earned: Sendable {
    /// Credits of orders, whatever their status.
    var conversions: Int64 = 0
    /// Payouts of those credits in minor units.
    var payoutMinor: Int64 = 0

    mutating func add(_ conversions: Int64, _ minor: Int64) throws(AmountOverflow) {
      self.conversions += conversions
      payoutMinor = try sum(payoutMinor, minor)
    }
  }

  /// UTC days, counted from 1970-01-01.
  let days: ClosedRange<Int32>
  private(set) var affiliates = SumTable<Key, Earned>(Earned())

  /// Nothing yet.
  init(days: ClosedRange<Int32>) { self.days = days }

  private mutating func add(
    _ conversions: Int64, _ minor: Int64, to key: Key
  ) throws(AmountOverflow) {
    try affiliates[key].add(conversions, minor)
  }

  /// Adds what a night changes of one programme.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func take(
    _ changes: ProgramSums, of program: ProgramOrdinal
  ) throws(AmountOverflow) {
    try changes.days.forEach { (key, sales) throws(AmountOverflow) in
      guard key.affiliate >= 0, days.contains(key.day) else { return }
      let key = Key(program: program.index, affiliate: key.affiliate, currency: key.currency)
      try add(sales.credits, sales.payoutMinor, to: key)
    }
  }

  /// Adds other sums of the same days.
  ///
  /// - Throws: ``AmountOverflow``.
  mutating func take(_ other: PeriodSales) throws(AmountOverflow) {
    try other.affiliates.forEach { (key, earned) throws(AmountOverflow) in
      try add(earned.conversions, earned.payoutMinor, to: key)
    }
  }

  /// Adds what the store has.
  ///
  /// - Throws: ``AmountOverflow``, ``DatabaseFault``, ``StoreRowFault``.
  mutating func take(storedIn database: Database) throws {
    let sales = try database.prepare(
      "SELECT program, currency, affiliates FROM sales_days WHERE day BETWEEN ?1 AND ?2")
    try sales.bind(int: Int64(days.lowerBound), at: 1)
    try sales.bind(int: Int64(days.upperBound), at: 2)
    while try sales.step() {
      var cursor = ColumnCursor(sales)
      let program = Int32(clamping: cursor.int())
      let currency = try cursor.currency().packed
      var fault: AmountOverflow?
      unsafe sales.withBlob(2) { json in
        unsafe SalesEntries.forEach(json) { affiliate, sold in
          let key = Key(
            program: program, affiliate: Int32(clamping: affiliate), currency: currency)
          do throws(AmountOverflow) {
            try add(sold.credits, sold.payoutMinor, to: key)
          } catch { fault = error }
        }
      }
      if let fault { throw fault }
    }
  }
}

extension PeriodSales {
  /// Begins to read what earlier runs' orders earned: those that are committed.
  ///
  /// - Parameter path: The store's.
  static func reading(
    storeAt path: String, days: ClosedRange<Int32>
  ) -> BackgroundResult<PeriodSales> {
    BackgroundResult(label: "refbatch.period") {
      var read = PeriodSales(days: days)
      try read.take(storedIn: Database.open(path: path, mode: .readOnly))
      return read
    }
  }
}
