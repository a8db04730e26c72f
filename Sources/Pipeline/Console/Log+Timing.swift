// How long the steps of a run take: for people who look for lost time. Nothing else sees a clock.

internal import Glibc

extension Log {
  /// Does something, and says at level ``Level/debug`` how long it took and how much processor time
  /// all threads of the process spent meanwhile.
  ///
  /// - Throws: What `body` throws; nothing is then said.
  public func timed<Result, Failure>(
    _ step: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard minimum <= .debug else { return try body() }
    let start = Self.moment()
    let result = try body()
    let end = Self.moment()
    let (wall, processor) = (end.wall - start.wall, end.processor - start.processor)
    debug("\(step): \(Self.seconds(wall)) s, \(Self.seconds(processor)) s of processor time")
    return result
  }

  /// Both clocks, in microseconds.
  private static func moment() -> (wall: Int64, processor: Int64) {
    (microseconds(CLOCK_MONOTONIC), microseconds(CLOCK_PROCESS_CPUTIME_ID))
  }

  private static func microseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  /// Microseconds as seconds with three digits after the point.
  private static func seconds(_ microseconds: Int64) -> String {
    let (whole, rest) = (microseconds / 1_000).quotientAndRemainder(dividingBy: 1_000)
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
