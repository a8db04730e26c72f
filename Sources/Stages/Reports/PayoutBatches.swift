// The batches of payouts that runs have made.
import Pipeline

/// A batch that no run has made.
struct UnknownBatch: ExitCoded, CustomStringConvertible {
  let batch: Text
  /// What was probably meant.
  let nearest: Text?

  var exitStatus: ExitStatus { .usage }
  var description: String {
    "there is no batch \(batch); "
      + (nearest.map { "did you mean \($0)?" } ?? "refbatch payouts list shows the batches")
  }
}

/// Looks batches up in the store.
struct PayoutBatches {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Every batch that was proposed or emitted, by name.
  func all() throws -> [Text] {
    var batches: [Text] = []
    let query = """
      SELECT batch_id FROM payouts UNION SELECT batch_id FROM emissions
      UNION SELECT batch_id FROM approvals ORDER BY 1
      """
    try database.forEachRow(query) { row in batches.append(row.text()) }
    return batches
  }

  func contains(_ batch: Text) throws -> Bool { try all().contains(batch) }

  /// What to say of a batch that is not there.
  func unknown(_ batch: Text) throws -> UnknownBatch {
    let bytes = Array(batch.utf8)
    let near = try all().map { (distance: Self.distance(bytes, Array($0.utf8)), batch: $0) }
      .min { $0.distance < $1.distance }
    let isNear = near.map { $0.distance <= 4 } ?? false
    return UnknownBatch(batch: batch, nearest: isNear ? near?.batch : nil)
  }

  /// How many bytes have to be replaced, put in or left out.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard left.count <= 64, right.count <= 64 else { return .max }
    var row = Array(0...right.count)
    for (line, byte) in left.enumerated() {
      var diagonal = line
      row[0] = line + 1
      for place in right.indices {
        let above = row[place + 1]
        row[place + 1] = min(
          above + 1, row[place] + 1, diagonal + (right[place] == byte ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
