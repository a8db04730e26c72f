// Making a block of judged clicks.
import Pipeline

/// A judged click: its record and the state to store.
struct JudgedClick {
  var record: ClickRecord
  var state: ClickState
}

/// Lays out blocks; keeps its tables from one block to the next.
struct ClickBlockEncoder {
  private let storedFiles: [Int64]
  /// By place of a code in its programme: its place in the block, or −1.
  private var codePlaces: [Int32] = []
  /// By file of the run: its place in the block, or −1.
  private var filePlaces: [Int32]

  init(storedFiles: [Int64]) {
    self.storedFiles = storedFiles
    filePlaces = Array(repeating: -1, count: storedFiles.count)
  }

  /// Numbers for the layout, collected in one pass.
  private struct Census {
    var idBytes = 0
    var longestID = 0
    var flags: ClickFlags = []
    var accepted = 0
    var rateLimited = 0
    var codes: [Int32] = []
    var files: [Int32] = []
  }

  /// The block of these clicks, which are in order of processing and all of one day.
  ///
  /// - Parameter codeRules: Of the whole registry, by ordinal.
  mutating func encode(
    _ clicks: [JudgedClick], program: ProgramOrdinal, day: Int32, codes ofProgram: [Int32],
    codeRules: [CodeRule]
  ) -> ClickBlock? {
    guard !clicks.isEmpty else { return nil }
    let census = count(clicks, codesOfProgram: ofProgram.count, codeRules)
    let layout = ClickMatchLayout(
      rows: clicks.count, codeCount: census.codes.count,
      codeWidth: storedWidth(of: census.codes.count - 1),
      idWidth: storedWidth(of: census.longestID),
      hasVisitors: census.flags.contains(.hasVisitor), idBytes: census.idBytes)
    let auditLayout = ClickAuditLayout(
      rows: clicks.count, fileCount: census.files.count, hasIPs: census.flags.contains(.hasIP))
    let match = OwnedBytes(count: layout.size) { room in
      fillMatch(room, layout, clicks, census, codeRules, midnight: Int64(day) * Instant.day)
    }
    let audit = OwnedBytes(count: auditLayout.size) { room in
      fillAudit(room, auditLayout, clicks, census)
    }
    for file in census.files { filePlaces[Int(file)] = -1 }
    for code in census.codes { codePlaces[Int(codeRules[Int(code)].place)] = -1 }
    guard let matches = ClickMatches(match, day: day), let audits = ClickAudit(audit) else {
      return nil
    }
    return ClickBlock(
      program: program, day: day, accepted: census.accepted, rateLimited: census.rateLimited,
      matches: matches, audit: audits)
  }

  private mutating func count(
    _ clicks: [JudgedClick], codesOfProgram: Int, _ codeRules: [CodeRule]
  ) -> Census {
    var census = Census()
    if codePlaces.count < codesOfProgram {
      codePlaces = Array(repeating: -1, count: codesOfProgram)
    }
    for click in clicks {
      let length = click.record.idLength
      census.idBytes &+= length
      census.longestID = max(census.longestID, length)
      census.flags.formUnion(click.record.flags)
      if click.state == .accepted { census.accepted &+= 1 }
      if click.state == .rateLimited { census.rateLimited &+= 1 }
      let place = Int(codeRules[Int(click.record.code)].place)
      if codePlaces[place] < 0 {
        codePlaces[place] = 0
        census.codes.append(click.record.code)
      }
      let file = Int(click.record.origin.file)
      if filePlaces[file] < 0 {
        filePlaces[file] = 0
        census.files.append(Int32(file))
      }
    }
    census.codes.sort()
    for (place, code) in census.codes.enumerated() {
      codePlaces[Int(codeRules[Int(code)].place)] = Int32(place)
    }
    census.files.sort()
    for (place, file) in census.files.enumerated() { filePlaces[Int(file)] = Int32(place) }
    return census
  }

  private func fillMatch(
    _ room: RawWriter, _ layout: ClickMatchLayout, _ clicks: [JudgedClick], _ census: Census,
    _ codeRules: [CodeRule], midnight: Int64
  ) {
    layout.storeHeader(room)
    for (place, code) in census.codes.enumerated() {
      room.store(code, at: ClickMatchLayout.headerSize + 4 * place)
    }
    var id = layout.ids
    for row in clicks.indices {
      let record = clicks[row].record
      let flags = record.flags
      room.store(
        UInt32(truncatingIfNeeded: record.instant &- midnight), at: layout.times &+ 4 &* row)
      room.store(
        number: Int(codePlaces[Int(codeRules[Int(record.code)].place)]), width: layout.codeWidth,
        at: layout.codes &+ layout.codeWidth &* row)
      room.store(
        clicks[row].state.rawValue
          | (flags.contains(.hasVisitor) ? ClickMatches.visitorBit : 0)
          | (flags.contains(.hasIP) ? ClickMatches.ipBit : 0), at: layout.states &+ row)
      if layout.hasVisitors { room.store(record.visitor, at: layout.visitors &+ 12 &* row) }
      let bytes = record.id
      room.store(
        number: bytes.count, width: layout.idWidth, at: layout.lengths &+ layout.idWidth &* row)
      room.copy(bytes, at: id)
      id &+= bytes.count
    }
  }

  private func fillAudit(
    _ room: RawWriter, _ layout: ClickAuditLayout, _ clicks: [JudgedClick], _ census: Census
  ) {
    layout.storeHeader(room)
    for (place, file) in census.files.enumerated() {
      room.store(
        UInt32(truncatingIfNeeded: storedFiles[Int(file)]),
        at: ClickAuditLayout.headerSize + 4 * place)
    }
    for row in clicks.indices {
      let record = clicks[row].record
      if layout.hasIPs { room.store(record.ip, at: layout.ips &+ 12 &* row) }
      room.store(record.content, at: layout.contents &+ 8 &* row)
      let origin = record.origin
      room.store(
        number: Int(filePlaces[Int(origin.file)]), width: layout.fileWidth,
        at: layout.files &+ layout.fileWidth &* row)
      room.store(origin.line, at: layout.lines &+ 4 &* row)
    }
  }
}
