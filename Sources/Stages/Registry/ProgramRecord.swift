// A programme as it is kept: every field that a row ever stated, dated field by field.
internal import Pipeline

/// A programme's history: an undated base, dated fields over it, and changes of status.
public struct ProgramRecord: Hashable, Sendable {
  /// Fields that hold from one instant on.
  public struct DatedFields: Hashable, Sendable {
    public var from: Instant
    public var fields: ProgramFields

    public init(from: Instant, fields: ProgramFields) {
      self.from = from
      self.fields = fields
    }
  }

  public let id: ProgramID
  /// What holds where no dated field does.
  public var base = ProgramFields()
  /// Ascending; no two of one instant, none without a field.
  public var dated: [DatedFields] = []
  /// Ascending; active before the first.
  public var statuses: [Program.DatedStatus] = []
  /// The latest that an accepted row stated.
  public var updatedAt: Instant?
  /// `as_of` of the runs that first and last accepted a row.
  public var firstSeen: Instant
  public var lastSeen: Instant

  public init(id: ProgramID, seen: Instant) {
    self.id = id
    firstSeen = seen
    lastSeen = seen
  }

  /// Takes in what an accepted row states (SPEC 9 and 10, Registry). Undated rows of a run come
  /// before its dated ones, so that they replace their fields in earlier runs' dated rows only.
  ///
  /// - Parameter isFirst: Whether it is the programme's first row: its status without an instant
  ///   holds from the beginning of time.
  mutating func take(_ row: ProgramRow, isFirst: Bool, asOf: Instant) {
    if let from = row.effectiveAt {
      overlay(row.fields, from: from)
    } else {
      base.overlay(row.fields)
      for place in dated.indices { dated[place].fields.remove(statedBy: row.fields) }
      dated.removeAll { $0.fields.isEmpty }
    }
    if let status = row.status {
      let implied = isFirst ? Instant.distantPast : row.effectiveAt ?? row.updatedAt ?? asOf
      set(status, from: row.statusAt ?? implied)
    }
    if let updated = row.updatedAt { updatedAt = max(updated, updatedAt ?? updated) }
    lastSeen = asOf
  }

  private mutating func overlay(_ fields: ProgramFields, from: Instant) {
    guard !fields.isEmpty else { return }
    let place = dated.firstIndex { $0.from >= from } ?? dated.count
    if place < dated.count, dated[place].from == from {
      dated[place].fields.overlay(fields)
    } else {
      dated.insert(DatedFields(from: from, fields: fields), at: place)
    }
  }

  private mutating func set(_ status: Program.Status, from: Instant) {
    let place = statuses.firstIndex { $0.from >= from } ?? statuses.count
    if place < statuses.count, statuses[place].from == from {
      statuses[place].status = status
    } else {
      statuses.insert(Program.DatedStatus(from: from, status: status), at: place)
    }
  }
}

extension ProgramRecord {
  /// The fields in force at an instant.
  ///
  /// - Parameter defaults: A schedule's, for fields never stated.
  public func fields(at instant: Instant, defaults: ProgramFields) -> ProgramFields {
    var fields = defaults
    fields.overlay(base)
    for entry in dated where entry.from <= instant { fields.overlay(entry.fields) }
    return fields
  }

  /// The programme as a run sees it.
  func program(_ ordinal: ProgramOrdinal, defaults: ProgramFields) -> Program {
    var fields = defaults
    fields.overlay(base)
    var timeline = [Program.DatedTerms(from: .distantPast, terms: fields.terms)]
    for entry in dated {
      fields.overlay(entry.fields)
      timeline.append(Program.DatedTerms(from: entry.from, terms: fields.terms))
    }
    return Program(id: id, ordinal: ordinal, timeline: timeline, statuses: statuses)
  }
}
