// The caller's own rows: whose they are follows from the token alone (ENDPOINT T.10).
import Pipeline
import Stages

extension Call {
  /// The affiliate who asks.
  ///
  /// - Throws: ``Refusal`` where nobody of that number is there.
  func ownAffiliate() throws -> AffiliateFacts {
    guard let number = caller?.affiliate, let affiliate = try reading.affiliate(number) else {
      throw Refusal(kind: .unauthorized, text: "User not found")
    }
    return affiliate
  }

  /// The programme that asks.
  ///
  /// - Throws: ``Refusal`` where none of that number is there.
  func ownProgram() throws -> ProgramFacts {
    guard let number = caller?.program, let program = try reading.program(number) else {
      throw Refusal(kind: .unauthorized, text: "User not found")
    }
    return program
  }

  /// The days of `days`.
  var period: Period { Period(days: number("days") ?? 30, before: asOf) }

  /// Rows to pass over for `page` pages of a size; beyond any list where that is beyond 64 bits.
  func offset(page: Int64, of size: Int64) -> Int64 {
    let (offset, isOver) = (page - 1).multipliedReportingOverflow(by: size)
    return isOver ? .max : offset
  }

  /// The programme of `program_id`: its number; −1, which no row has, for one that is not there;
  /// nil where nothing is asked.
  func narrowing() throws -> Int64? {
    guard let id = text("program_id") else { return nil }
    return try reading.program(id: id)?.number ?? -1
  }
}
