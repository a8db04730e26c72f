// The `settings` of a schedule, one by one.
import Pipeline

extension ScheduleReader {
  /// Reads the settings.
  ///
  /// - Throws: ``ScheduleFault`` for an unknown setting or a value out of its range.
  func settings() throws -> Settings {
    var settings = Settings()
    guard let object = root["settings"] else { return settings }
    guard let members = object.members else { throw fault("\"settings\" must be an object") }
    for member in members { try read(member.name.string, member.value, into: &settings) }
    return settings
  }

  private func read(_ name: String, _ value: JSONValue, into settings: inout Settings) throws {
    switch name {
    case "on_bad_file":
      guard let policy = value.text.flatMap({ Settings.BadFilePolicy(rawValue: $0.string) }) else {
        throw fault("on_bad_file is stop or skip")
      }
      settings.onBadFile = policy
    case "max_reject_share":
      settings.maxRejectShare = try basisPoints(value, name, scale: 4, most: 10_000)
    case "open_days": settings.openDays = try integer(value, name, 0...36_500)
    case "default_fee_percentage":
      settings.defaultFee = try basisPoints(value, name, scale: 2, most: 1_000)
    case "disposable_domains":
      guard let list = value.elements, list.allSatisfy({ $0.text != nil }) else {
        throw fault("disposable_domains is an array of domains")
      }
      settings.disposableDomains = list.compactMap { $0.text?.string.lowercased() }
    case "archive":
      guard let mode = value.text.flatMap({ Settings.ArchiveMode(rawValue: $0.string) }) else {
        throw fault("archive is copy or link")
      }
      settings.archive = mode
    case "threads": settings.threads = Int(try integer(value, name, 1...1_024))
    case "memory": settings.memory = try memory(value)
    case "payout_approval":
      guard let word = value.text?.string, ["required", "none"].contains(word) else {
        throw fault("payout_approval is required or none")
      }
      settings.requiresPayoutApproval = word == "required"
    case "payers":
      do { settings.payers = try PayerSettings(value) } catch { throw fault(error.description) }
    default:
      throw fault(
        "unknown setting \(name); known are on_bad_file, max_reject_share, open_days, "
          + "default_fee_percentage, disposable_domains, archive, threads, memory, "
          + "payout_approval, payers")
    }
  }

  private func integer(
    _ value: JSONValue, _ name: String, _ range: ClosedRange<Int64>
  ) throws -> Int64 {
    guard let number = value.integer, range.contains(number) else {
      throw fault("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A decimal as an integer of its `scale`-th part, such as 0.05 at scale 4 as 500.
  private func basisPoints(
    _ value: JSONValue, _ name: String, scale: Int, most: Int32
  ) throws -> BasisPoints {
    let fault = fault(
      "\(name) is a decimal of at most \(scale) places, from 0 to \(most / (scale == 4 ? 10_000 : 100))"
    )
    guard let spelling = value.spelling ?? value.text else { throw fault }
    let parts = spelling.string.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = Int32(parts[0]), whole >= 0 else {
      throw fault
    }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard fraction.utf8.count <= scale, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw fault }
    let padded = fraction + String(repeating: "0", count: scale - fraction.utf8.count)
    let unit: Int32 = scale == 4 ? 10_000 : 100
    guard let part = Int32(padded), whole <= most / unit, whole * unit + part <= most else {
      throw fault
    }
    return BasisPoints(whole * unit + part)
  }

  private func memory(_ value: JSONValue) throws -> Int {
    let text = value.spelling?.string ?? value.text?.string ?? ""
    guard let size = Settings.memorySize(text) else {
      throw fault("memory is a size such as 512MiB or 1GiB, at least 64MiB")
    }
    return size
  }
}

extension Settings {
  /// Bytes of a size such as `256MiB`, `1GiB`, `512M` or `1073741824`; nil below 64 MiB.
  public static func memorySize(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units = ["": 1, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20]
      .merging(["G": 1 << 30, "GiB": 1 << 30, "T": 1 << 40, "TiB": 1 << 40]) { first, _ in first }
    guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))] else {
      return nil
    }
    let (size, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow || size < 64 << 20 ? nil : size
  }
}
