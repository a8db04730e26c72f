// The files of payment services against the payouts of the store: each stands in exactly one.
import Pipeline

extension Verification {
  /// A payout as the store has it.
  private struct Emitted {
    var method: PaymentMethod
    /// The number of the run that emitted it last.
    var run: Int64
  }

  /// Every run's payouts against the references in the files beside its `payouts.csv`.
  ///
  /// SEPA and ACH payouts stand in no file where the run's schedule did not state the payer's account;
  /// then the run has no such file at all.
  func checkMethodFiles(_ findings: inout [Finding]) throws {
    var payouts: [Text: Emitted] = [:]
    try database.forEachRow("SELECT payout_id, method, emitted_run FROM payouts") { row in
      let id = row.text()
      payouts[id] = Emitted(method: try row.coded(PaymentMethod.self), run: row.int())
    }
    var byRun: [Int64: [Text]] = [:]
    for (id, payout) in payouts { byRun[payout.run, default: []].append(id) }
    var runs: [(number: Int64, name: Text)] = []
    try database.forEachRow("SELECT no, name FROM runs ORDER BY no") { row in
      runs.append((row.int(), row.text()))
    }
    for (number, name) in runs {
      let directory = "out/\(name)/payouts"
      let carried = try references(under: directory, payouts, &findings)
      for id in (byRun[number] ?? []).sorted() {
        guard let method = payouts[id]?.method, carried.expects(method) else { continue }
        let count = carried.counts[id] ?? 0
        guard count != 1 else { continue }
        let message = "\(method.word) payout \(id) stands \(count) times in the files beside it"
        findings.append(Finding(path: "\(directory)/payouts.csv", message: message))
      }
    }
  }

  /// What a run's files of payment services carry.
  private struct Carried {
    var counts: [Text: Int] = [:]
    var methods: Set<PaymentMethod> = []

    /// Whether payouts by a method must stand in a file.
    func expects(_ method: PaymentMethod) -> Bool {
      switch method {
      case .payPal, .wise: true
      case .sepa, .ach: methods.contains(method)
      case .stripe, .manual: false
      }
    }
  }

  private func references(
    under directory: String, _ payouts: [Text: Emitted], _ findings: inout [Finding]
  ) throws -> Carried {
    var carried = Carried()
    for path in try files(under: directory) {
      let name = path.utf8.dropFirst(directory.utf8.count + 1)
      guard let kind = MethodFileReferences(name: name) else { continue }
      carried.methods.insert(kind.method)
      let bytes = try WholeFile.read("\(workspace)/\(path)")
      for id in kind.references(in: bytes) {
        carried.counts[id, default: 0] += 1
        if payouts[id] == nil {
          findings.append(Finding(path: path, message: "\(id) is no payout of the store"))
        }
      }
    }
    return carried
  }
}

/// Finds the payouts' references in a payment service's file.
enum MethodFileReferences {
  case payPal, wise, sepa, ach

  /// - Returns: nil for a file that is not a service's.
  init?(name: Substring.UTF8View) {
    if name.starts(with: "paypal-".utf8) {
      self = .payPal
    } else if name.starts(with: "wise-".utf8) {
      self = .wise
    } else if name.starts(with: "sepa-".utf8) {
      self = .sepa
    } else if name.starts(with: "ach-".utf8) {
      self = .ach
    } else {
      return nil
    }
  }

  var method: PaymentMethod {
    switch self {
    case .payPal: .payPal
    case .wise: .wise
    case .sepa: .sepa
    case .ach: .ach
    }
  }

  /// The references in the order of the file; none in one that is damaged beyond reading, which its
  /// digest tells.
  func references(in bytes: [UInt8]) -> [Text] {
    switch self {
    case .payPal:
      // An address has no comma, so that the fourth field is easily found.
      lines(of: bytes).compactMap { line in
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 4)
        return fields.count > 3 ? text(fields[3]) : nil
      }
    case .wise: (try? ResultTable(bytes)).map(Self.wiseReferences) ?? []
    case .sepa:
      lines(of: bytes).compactMap { line in
        between("<EndToEndId>", "</EndToEndId>", String(decoding: line, as: UTF8.self))
      }
    case .ach:
      lines(of: bytes).compactMap { line in
        guard line.first == UInt8(ascii: "6"), line.count >= 54 else { return nil }
        return text(line.dropFirst(39).prefix(15).prefix { $0 != 0x20 })
      }
    }
  }

  private static func wiseReferences(_ table: ResultTable) -> [Text] {
    let column = table.column(["paymentReference"])
    return table.rows.map { $0.cell(column) }
  }

  private func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: 0x0A) }

  private func text(_ bytes: ArraySlice<UInt8>) -> Text {
    Text(String(decoding: bytes, as: UTF8.self))
  }

  private func between(_ start: String, _ end: String, _ line: String) -> Text? {
    guard let first = line.firstRange(of: start) else { return nil }
    let rest = line[first.upperBound...]
    guard let last = rest.firstRange(of: end) else { return nil }
    return Text(String(rest[..<last.lowerBound]))
  }
}
