// Which programs, affiliates and codes a sample has, and who belongs to whom.

/// The parts of the registry that clicks and orders refer to.
struct SampleRegistry: Sendable {
  let programs: Int
  let affiliates: Int
  let codes: Int
  /// Affiliates, and codes, that each later night adds.
  let newcomers: Int
  /// See ``SampleOptions/isCore``.
  let isCore: Bool
  /// The program of each code.
  private let programOfCode: [UInt32]
  /// The codes of program p stand at `codeStarts[p]..<codeStarts[p + 1]`.
  private let codeStarts: [UInt32]
  private let codesByProgram: [UInt32]
  private let codeDigits: Int
  private let codeNumbers: SampleNumbers
  private let affiliateChoice: SkewedChoice

  init(_ options: SampleOptions) {
    programs = options.programs
    affiliates = options.affiliates
    codes = options.codes
    newcomers = max(1, options.affiliates / 100)
    isCore = options.isCore
    codeNumbers = SampleNumbers(seed: options.seed, stream: .code)
    affiliateChoice = SkewedChoice(count: options.affiliates, growth: 20)
    let everyCode = options.codes + newcomers * options.nights
    codeDigits = max(5, (Int.bitWidth - everyCode.leadingZeroBitCount + 3) / 4)
    let choice = SkewedChoice(count: options.programs, growth: 21)
    let numbers = codeNumbers
    programOfCode = (0..<options.codes).map { code in
      guard code >= options.programs else { return UInt32(code) }
      var random = numbers.sequence(code)
      return UInt32(choice.draw(&random))
    }
    var starts = [UInt32](repeating: 0, count: options.programs + 1)
    for program in programOfCode { starts[Int(program) + 1] += 1 }
    for program in 0..<options.programs { starts[program + 1] += starts[program] }
    var next = starts
    var sorted = [UInt32](repeating: 0, count: options.codes)
    for code in 0..<options.codes {
      let program = Int(programOfCode[code])
      sorted[Int(next[program])] = UInt32(code)
      next[program] += 1
    }
    codeStarts = starts
    codesByProgram = sorted
  }

  @inline(__always) func program(ofCode code: Int) -> Int {
    code < codes ? Int(programOfCode[code]) : code % programs
  }

  /// The first codes belong to the affiliate of their number, the rest to some more than others.
  /// A newcomer's code belongs to it.
  func affiliate(ofCode code: Int) -> Int {
    guard code < codes else { return affiliates + code - codes }
    guard code >= affiliates else { return code }
    var random = codeNumbers.sequence(code)
    _ = random.next()
    _ = random.next()
    return affiliateChoice.draw(&random)
  }

  /// A code of a program that has codes.
  @inline(__always) func code(of program: Int, _ random: inout SampleRandom) -> Int {
    let start = Int(codeStarts[program])
    let count = Int(codeStarts[program + 1]) - start
    return Int(codesByProgram[start + random.skewed(below: count)])
  }

  /// The text of a code: a word and digits that no other code has.
  @inline(__always) func put(code: Int, in sheet: inout SampleSheet) {
    sheet.put(SampleWords.codeWords[Int(SampleRandom.mixed(UInt64(code)) & 7)])
    sheet.put(hexadecimal: UInt64(code) &* 7_919, digits: codeDigits, upper: true)
  }

  /// The same as a string.
  func text(ofCode code: Int) -> String {
    var sheet = SampleSheet(columns: [], isCSV: true)
    sheet.removeWritten()
    put(code: code, in: &sheet)
    return String(decoding: sheet.bytes, as: UTF8.self)
  }

  /// The ISO 4217 code of a program's currency.
  func currency(of program: Int) -> String {
    isCore ? "USD" : Self.currencies[program % Self.currencies.count]
  }

  /// Whether a program's currency has no minor unit.
  func hasWholeAmounts(_ program: Int) -> Bool { currency(of: program) == "JPY" }

  private static let currencies = [
    "USD", "EUR", "USD", "JPY", "USD", "EUR", "USD", "GBP", "USD", "EUR",
  ]

  /// The first name's letters, the last name's and a number: unlike any other affiliate's.
  func email(ofAffiliate affiliate: Int) -> String {
    let domain = SampleWords.mailDomains[affiliate % SampleWords.mailDomains.count]
    return "partner.\(affiliate)@" + String(decoding: domain, as: UTF8.self)
  }
}
