// The small facts of a conversion in one number: what `conversion_rows.marks` holds. The view
// `conversions` takes it apart again.
import Pipeline

/// A conversion's small facts, packed into 31 bits.
struct ConversionMarks: Hashable {
  private(set) var bits: Int64

  init(bits: Int64) { self.bits = bits }

  /// Some neighbouring bits of the number.
  struct Field {
    let shift: Int64
    let width: Int64

    var mask: Int64 { (1 << width) - 1 }

    /// The number with another value of the field, in SQL.
    func settingSQL(_ column: String, to value: Int64) -> String {
      "(\(column) & ~\(mask << shift)) | \(value << shift)"
    }

    /// The field's value in SQL.
    func sql(_ column: String) -> String { "((\(column) >> \(shift)) & \(mask))" }

    /// The value in SQL of a field in which 0 means that there is none.
    func optionalSQL(_ column: String) -> String { "(nullif(\(sql(column)), 0) - 1)" }
  }

  static let status = Field(shift: 0, width: 2)
  static let reason = Field(shift: 2, width: 3)
  static let evidence = Field(shift: 5, width: 2)
  static let model = Field(shift: 7, width: 3)
  static let orderStatus = Field(shift: 10, width: 3)
  /// Of the first commission's reward; 0 where there is none. One in a payout, which
  /// `payout_rows` tells, is approved here.
  static let rewardState = Field(shift: 13, width: 3)
  static let rule = Field(shift: 16, width: 3)
  static let codeCounts = Field(shift: 19, width: 1)
  static let decided = Field(shift: 20, width: 1)
  static let closed = Field(shift: 21, width: 1)
  static let meetsLimit = Field(shift: 22, width: 1)
  /// The first credit's earning is an amount and not a rate.
  static let isFlat = Field(shift: 23, width: 1)
  /// The order's code is the first credit's.
  static let codeIsCredited = Field(shift: 24, width: 1)
  static let hasVisitor = Field(shift: 25, width: 1)
  static let hasCustomer = Field(shift: 26, width: 1)
  static let hasEmail = Field(shift: 27, width: 1)
  static let hasEmailDomain = Field(shift: 28, width: 1)
  static let hasIP = Field(shift: 29, width: 1)
  static let hasUpdatedAt = Field(shift: 30, width: 1)

  func value(_ field: Field) -> Int64 { bits >> field.shift & field.mask }
  func has(_ field: Field) -> Bool { value(field) != 0 }

  mutating func set(_ field: Field, _ value: Int64) { bits |= value << field.shift }
  mutating func set(_ field: Field, _ value: Bool) { if value { bits |= 1 << field.shift } }

  mutating func set<Coded: RawRepresentable>(
    _ field: Field, _ value: Coded?
  ) where Coded.RawValue == UInt8 {
    if let value { bits |= (Int64(value.rawValue) + 1) << field.shift }
  }

  /// The coded value of a field; nil also for a number that no case has.
  func coded<Coded: RawRepresentable>(
    _ field: Field, _: Coded.Type
  ) -> Coded? where Coded.RawValue == UInt8 {
    Coded(rawValue: UInt8(truncatingIfNeeded: value(field)))
  }

  /// The coded value of a field in which 0 means that there is none.
  func optionalCoded<Coded: RawRepresentable>(
    _ field: Field, _: Coded.Type
  ) -> Coded? where Coded.RawValue == UInt8 {
    let number = value(field)
    return number == 0 ? nil : Coded(rawValue: UInt8(truncatingIfNeeded: number - 1))
  }

  init(_ orders: borrowing [Conversion], _ place: Int) {
    bits = Int64(orders[place].status.rawValue)
    set(Self.reason, orders[place].reason)
    set(Self.evidence, orders[place].evidence)
    set(Self.model, orders[place].model)
    set(Self.orderStatus, Int64(orders[place].order.status.rawValue))
    set(Self.codeCounts, orders[place].codeItselfCounts)
    set(Self.decided, orders[place].wasDecided)
    set(Self.closed, orders[place].isClosed)
    set(Self.meetsLimit, orders[place].meetsLimit)
    set(Self.hasVisitor, orders[place].order.visitor != nil)
    set(Self.hasCustomer, orders[place].order.customer != nil)
    set(Self.hasEmail, orders[place].order.email != nil)
    set(Self.hasEmailDomain, orders[place].order.emailDomain != nil)
    set(Self.hasIP, orders[place].order.ip != nil)
    set(Self.hasUpdatedAt, orders[place].order.updatedAt != nil)
  }
}
