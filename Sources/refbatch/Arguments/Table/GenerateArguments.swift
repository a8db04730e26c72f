// The words of `generate`.

import Stages

/// The options of `generate` alone.
enum GenerateOptions {
  static let out = Option(
    "out", short: "o", value: "DIR", .text("a directory"), required: true,
    help: "Where the folders night-01, night-02, ... are made. They must not be there yet.")
  static let seed = Option(
    "seed", value: "N", .count(0...Int.max), default: "1",
    help: "Which sample: the same seed and options give the same bytes everywhere.")
  static let clicks = Option(
    "clicks", value: "N", .count(0...SampleOptions.rowsMaximum), default: "100000",
    help: "Rows of clicks in the first night; each further night has one day's share of them.")
  static let orders = Option(
    "orders", value: "N", .count(0...SampleOptions.rowsMaximum), default: "10000",
    help: "Rows of orders, likewise.")
  static let nights = Option(
    "nights", value: "N", .count(1...SampleOptions.nightsMaximum), default: "1",
    help: "How many nights of files.")
  static let date = Option(
    "date", value: "FIRST_DAY", .day, default: "2026-03-31",
    help: "The business date of the first night; its files end at the end of that day, UTC.")
  static let days = Option(
    "days", value: "N", .count(1...SampleOptions.daysMaximum), default: "1",
    help: "Over how many days, up to its date, the first night is spread.")
  static let format = Option(
    "format", short: "f", value: "FORMAT", .word(of: ["csv", "jsonl", "mixed"]), default: "csv",
    help: "csv, jsonl, or mixed: some files the one, some the other.")
  static let gzip = Option(flag: "gzip", help: "Compress each file with the gzip program.")
  static let programs = Option(
    "programs", value: "N", .count(1...SampleOptions.registryMaximum), default: "20",
    help: "How many programs.")
  static let affiliates = Option(
    "affiliates", value: "N", .count(1...SampleOptions.registryMaximum), default: "400",
    help: "How many affiliates in the first night; later nights add a few.")
  static let codes = Option(
    "codes", value: "N", .count(1...SampleOptions.registryMaximum), default: "1000",
    help: "How many codes in the first night; later nights add a few.")
  static let duplicatesShare = Option(
    "duplicates-share", value: "SHARE", .share, default: "0.05",
    help: "Which part of clicks and orders repeats an earlier row.")
  static let rejectsShare = Option(
    "rejects-share", value: "SHARE", .share, default: "0.001",
    help: "Which part of clicks and orders is malformed.")
  static let lateShare = Option(
    "late-share", value: "SHARE", .share, default: "0.005",
    help: "Which part, from the second night on, belongs to a day before.")
  static let core = Option(
    flag: "core",
    help: "Keep to the core of the rules, which the peers of Benchmarks follow: evidence by "
      + "visitor, the last click, tiers, refunds and monthly payouts in USD.")
  static let amendmentsShare = Option(
    "amendments-share", value: "SHARE", .share, default: "0.03",
    help: "Which part of orders amends an earlier one: refunds, corrections, chargebacks.")
}

extension CommandTable {
  static let generate = CommandDescription(
    name: "generate", summary: "write sample data of any size",
    discussion: [
      "Writes, for every night, one file each of programs, affiliates, codes, clicks, orders, "
        + "referrals, decisions and payout_requests, with the native columns. Among the rows are "
        + "bots, repeats, malformed and late ones, ties, refunds and patterns of fraud. "
        + "Settlements are not written: they follow from payouts."
    ],
    options: [
      GenerateOptions.out.description, GenerateOptions.seed.description,
      GenerateOptions.clicks.description, GenerateOptions.orders.description,
      GenerateOptions.nights.description, GenerateOptions.date.description,
      GenerateOptions.days.description, GenerateOptions.format.description,
      GenerateOptions.gzip.description, GenerateOptions.programs.description,
      GenerateOptions.affiliates.description, GenerateOptions.codes.description,
      GenerateOptions.duplicatesShare.description, GenerateOptions.rejectsShare.description,
      GenerateOptions.lateShare.description, GenerateOptions.amendmentsShare.description,
      GenerateOptions.core.description,
      Options.json.description, Options.quiet.description,
    ],
    examples: [
      CommandExample(
        meaning: "a small sample of three nights",
        line: "refbatch generate --out sample --clicks 2000 --orders 300 --nights 3"),
      CommandExample(
        meaning: "a quarter's history and two nights after it",
        line: "refbatch generate -o big --clicks 5000000 --orders 500000 --days 90 --nights 3"),
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "all files are written"),
      ExitCodeNote(code: "74", meaning: "a file could not be written, or is there already"),
    ])
}

extension ParsedArguments {
  /// The sample that the arguments of `generate` ask for.
  var sampleOptions: SampleOptions {
    var options = SampleOptions()
    if let seed = self[GenerateOptions.seed] { options.seed = UInt64(seed) }
    if let clicks = self[GenerateOptions.clicks] { options.clicks = clicks }
    if let orders = self[GenerateOptions.orders] { options.orders = orders }
    if let nights = self[GenerateOptions.nights] { options.nights = nights }
    if let date = self[GenerateOptions.date] { options.firstDate = date }
    if let days = self[GenerateOptions.days] { options.days = days }
    if let word = self[GenerateOptions.format], let format = SampleFormat(rawValue: word) {
      options.format = format
    }
    options.isCompressed = has(GenerateOptions.gzip)
    if let programs = self[GenerateOptions.programs] { options.programs = programs }
    if let affiliates = self[GenerateOptions.affiliates] { options.affiliates = affiliates }
    if let codes = self[GenerateOptions.codes] { options.codes = codes }
    if let share = self[GenerateOptions.duplicatesShare] { options.duplicatesPerMillion = share }
    if let share = self[GenerateOptions.rejectsShare] { options.rejectsPerMillion = share }
    if let share = self[GenerateOptions.lateShare] { options.latePerMillion = share }
    if let share = self[GenerateOptions.amendmentsShare] { options.amendmentsPerMillion = share }
    options.isCore = has(GenerateOptions.core)
    return options
  }
}
