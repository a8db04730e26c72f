// The files that finance uploads, and how a batch is divided into them.
public import Pipeline

/// A file for one service, in one currency.
public struct MethodFile: Hashable, Sendable {
  /// Within `payouts/`; names sort by method, batch, currency and part.
  public let name: String
  public let bytes: [UInt8]
  public let method: PaymentMethod
  /// The payouts in it, in the order of its rows.
  public let payouts: [Text]
  public let currency: Currency
  /// Minor units of all its payouts.
  public let totalMinor: Int64

  /// How many payouts are in it.
  public var rows: Int64 { Int64(payouts.count) }
}

/// The batch that files are made of, and the run that makes it. No clock is read for a file.
public struct Emission: Hashable, Sendable {
  /// The run's name, `-` and 8 hexadecimal digits of the programme.
  public let batchID: Text
  public let asOf: Instant
  /// The run's number on its business date, from 1.
  public let runNumber: Int
  /// How many ACH files this run makes of batches before this one: their ids must differ.
  public let achFilesBefore: Int

  public init(batchID: Text, asOf: Instant, runNumber: Int, achFilesBefore: Int = 0) {
    self.batchID = batchID
    self.asOf = asOf
    self.runNumber = runNumber
    self.achFilesBefore = achFilesBefore
  }
}

extension Emission {
  /// All files of the batch's payouts.
  ///
  /// - Parameter instructions: In the order of `payouts.csv`; files keep it, with persons before
  ///   companies.
  public func files(
    _ instructions: [PaymentInstruction], payers: PayerSettings
  ) -> [MethodFile] {
    var files: [MethodFile] = []
    for (form, members) in Self.grouped(instructions) {
      let parts = MethodFile.parts(of: members, form.limits)
      for (index, part) in parts.enumerated() {
        let place = FilePart(emission: self, form: form, index: index, count: parts.count)
        guard let bytes = place.bytes(of: part, payers) else { continue }
        files.append(
          MethodFile(
            name: place.name, bytes: bytes, method: form.kind.method,
            payouts: part.map(\.payoutID), currency: form.currency,
            totalMinor: part.reduce(0) { $0 &+ $1.amount.minorUnits }))
      }
    }
    return files
  }

  private static func grouped(
    _ instructions: [PaymentInstruction]
  ) -> [(FileForm, [PaymentInstruction])] {
    var members: [FileForm: [PaymentInstruction]] = [:]
    for instruction in instructions {
      members[FileForm(instruction), default: []].append(instruction)
    }
    // An ACH file has its batch of persons first, then that of companies.
    return members.sorted { $0.key < $1.key }.map { form, members in
      (form, members.filter { $0.holder == .person } + members.filter { $0.holder == .company })
    }
  }
}

/// What all rows of one file have in common.
struct FileForm: Hashable, Comparable {
  enum Kind: String {
    case ach
    case payPal = "paypal"
    case sepa
    case wiseEmail = "wise-email"
    case wiseAccount = "wise-iban"

    var method: PaymentMethod {
      switch self {
      case .ach: .ach
      case .payPal: .payPal
      case .sepa: .sepa
      case .wiseEmail, .wiseAccount: .wise
      }
    }
  }

  let kind: Kind
  let currency: Currency

  init(_ instruction: PaymentInstruction) {
    currency = instruction.amount.currency
    kind =
      switch instruction.destination {
      case .payPal: .payPal
      case .wiseEmail: .wiseEmail
      case .wiseAccount: .wiseAccount
      case .sepa: .sepa
      case .ach: .ach
      }
  }

  static func < (left: FileForm, right: FileForm) -> Bool {
    left.kind == right.kind
      ? left.currency < right.currency : left.kind.rawValue < right.kind.rawValue
  }

  var suffix: String {
    switch kind {
    case .ach: "txt"
    case .sepa: "xml"
    case .payPal, .wiseEmail, .wiseAccount: "csv"
    }
  }

  var limits: FileLimits {
    switch kind {
    case .ach: ACHFile.limits
    case .payPal: PayPalFile.limits
    case .sepa: SEPAFile.limits
    case .wiseEmail, .wiseAccount: WiseFile.limits
    }
  }
}

/// What one file takes at most.
struct FileLimits: Hashable {
  var rows: Int
  /// Minor units.
  var total = Int64.max
}

extension MethodFile {
  /// The payouts, in order, in as few files as the limits allow.
  static func parts(
    of instructions: [PaymentInstruction], _ limits: FileLimits
  ) -> [[PaymentInstruction]] {
    var parts: [[PaymentInstruction]] = []
    var total: Int64 = 0
    for instruction in instructions {
      let (sum, overflow) = total.addingReportingOverflow(instruction.amount.minorUnits)
      let isFull = parts.last.map { $0.count >= limits.rows } ?? true
      if isFull || overflow || sum > limits.total {
        parts.append([])
        total = instruction.amount.minorUnits
      } else {
        total = sum
      }
      parts[parts.count - 1].append(instruction)
    }
    return parts
  }
}

/// One of the files that a batch's payouts of one form are divided into.
struct FilePart {
  let emission: Emission
  let form: FileForm
  /// From 0.
  let index: Int
  let count: Int

  /// Such as `paypal-2026-03-31.1-1a2b3c4d-USD-001-of-003.csv`.
  var name: String {
    var name = "\(form.kind.rawValue)-\(emission.batchID)-\(form.currency.code)"
    if count > 1 { name += "-\(padded(index + 1))-of-\(padded(count))" }
    return name + "." + form.suffix
  }

  /// The part that a file's name states, from 1; nil for one that is not divided.
  static func number(inName name: String) -> Int? {
    guard let end = name.firstRange(of: "-of-") else { return nil }
    return name[..<end.lowerBound].split(separator: "-").last.flatMap { Int($0) }
  }

  /// The batch and the part: at most 35 characters, and no other message's.
  var messageID: String { "\(emission.batchID)-\(padded(index + 1))" }

  private func padded(_ number: Int) -> String {
    number.zeroPadded(max(3, String(count).utf8.count))
  }

  /// - Returns: nil where the payer's account is not known; instructions are not made then.
  func bytes(of part: [PaymentInstruction], _ payers: PayerSettings) -> [UInt8]? {
    switch form.kind {
    case .payPal: PayPalFile(payer: payers.payPal).bytes(of: part)
    case .wiseEmail, .wiseAccount: WiseFile(payer: payers.wise, form: form).bytes(of: part)
    case .sepa: payers.sepa.map { SEPAFile(payer: $0, part: self).bytes(of: part) }
    case .ach: payers.ach.map { ACHFile(payer: $0, part: self).bytes(of: part) }
    }
  }
}

extension BinaryInteger {
  /// The decimal digits with zeros before them; longer where they do not fit.
  func zeroPadded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
  }
}
