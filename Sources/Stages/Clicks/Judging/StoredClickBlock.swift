// Judged blocks on their way to attribution and to their segment: in memory, or in a spill file
// where a bucket's blocks are more than its share.
import Pipeline

/// A judged block, wherever it stands.
enum StoredClickBlock: Sendable {
  case kept(ClickBlock)
  case spilled(SpilledClickBlock)

  var day: Int32 {
    switch self {
    case .kept(let block): block.day
    case .spilled(let block): block.day
    }
  }

  var rows: Int {
    switch self {
    case .kept(let block): block.rows
    case .spilled(let block): block.rows
    }
  }

  var accepted: Int {
    switch self {
    case .kept(let block): block.accepted
    case .spilled(let block): block.accepted
    }
  }

  /// The match section.
  func matches() throws(ClickFault) -> ClickMatches {
    switch self {
    case .kept(let block): block.matches
    case .spilled(let block): try block.matches()
    }
  }

  /// Both sections.
  func block() throws(ClickFault) -> ClickBlock {
    switch self {
    case .kept(let block): block
    case .spilled(let block): try block.block()
    }
  }
}

/// A judged block in a spill file.
struct SpilledClickBlock: Sendable {
  let program: ProgramOrdinal
  let day: Int32
  let rows: Int
  let accepted: Int
  let rateLimited: Int
  private let file: SpillFile
  private let match: SpillExtent
  private let audit: SpillExtent

  init(_ block: ClickBlock, into file: SpillFile) throws(ClickFault) {
    program = block.program
    day = block.day
    rows = block.rows
    accepted = block.accepted
    rateLimited = block.rateLimited
    self.file = file
    match = try block.matches.bytes.withReader { bytes throws(ClickFault) in
      try file.append(bytes)
    }
    audit = try block.audit.bytes.withReader { bytes throws(ClickFault) in
      try file.append(bytes)
    }
  }

  func matches() throws(ClickFault) -> ClickMatches {
    guard let matches = ClickMatches(try file.bytes(match), day: day) else { throw damaged }
    return matches
  }

  func block() throws(ClickFault) -> ClickBlock {
    guard let audit = ClickAudit(try file.bytes(audit)) else { throw damaged }
    return ClickBlock(
      program: program, day: day, accepted: accepted, rateLimited: rateLimited,
      matches: try matches(), audit: audit)
  }

  private var damaged: ClickFault {
    .segment(path: "spilled clicks", problem: "a block is not what was written")
  }
}

/// Moves a bucket's judged blocks out of memory where they are more than its share; may be asked on
/// several threads at once.
final class ClickBlockOverflow: Sendable {
  private struct State: Sendable {
    var keptBytes = 0
    var file: SpillFile?
  }

  private let limit: Int
  private let directory: String
  private let state = Guarded(State())

  /// - Parameters:
  ///   - limit: Bytes of blocks that stay in memory.
  ///   - directory: Where the file for the others is made.
  init(limit: Int, directory: String) {
    self.limit = limit
    self.directory = directory
  }

  /// Spills the blocks of what has just been judged, unless they fit beside those kept before.
  ///
  /// - Throws: ``ClickFault`` where they cannot be written.
  func take(_ programs: inout [JudgedProgram]) throws(ClickFault) {
    var bytes = 0
    for program in programs {
      for case .kept(let block) in program.blocks {
        bytes += block.matches.bytes.count + block.audit.bytes.count
      }
    }
    guard let file = try spillFile(for: bytes) else { return }
    for place in programs.indices {
      for number in programs[place].blocks.indices {
        guard case .kept(let block) = programs[place].blocks[number] else { continue }
        programs[place].blocks[number] = .spilled(try SpilledClickBlock(block, into: file))
      }
    }
  }

  /// The file for so many bytes; nil where they may stay in memory.
  private func spillFile(for bytes: Int) throws(ClickFault) -> SpillFile? {
    try state.withLock { (state: inout State) throws(ClickFault) -> SpillFile? in
      guard state.keptBytes + bytes > limit else {
        state.keptBytes += bytes
        return nil
      }
      if let file = state.file { return file }
      let file = try SpillFile(directory: directory)
      state.file = file
      return file
    }
  }
}
