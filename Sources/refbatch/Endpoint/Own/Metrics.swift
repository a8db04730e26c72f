// /metrics, in the text format of Prometheus.
import Pipeline
import Stages

/// The counts that a monitoring system collects.
enum Metrics {
  static func answer(_ call: Call) throws -> Answer {
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ rows: [(String, String)]) {
      text += "# HELP refbatch_\(name) \(help)\n# TYPE refbatch_\(name) \(type)\n"
      for (labels, value) in rows { text += "refbatch_\(name)\(labels) \(value)\n" }
    }
    let facts = call.facts
    family(
      "http_requests_total", "counter", "Answers by status.",
      facts.answers.sorted { $0.key < $1.key }.map { ("{status=\"\($0.key)\"}", "\($0.value)") })
    family(
      "http_request_seconds_total", "counter", "Time spent on answers.",
      [("", seconds(facts.nanoseconds))])
    family(
      "http_remembered_total", "counter", "Answers given again from memory.",
      [("", "\(facts.remembered)")])
    family("http_connections", "gauge", "Connections open now.", [("", "\(facts.open)")])
    family(
      "http_connections_total", "counter", "Connections taken.", [("", "\(facts.accepted)")])
    family(
      "http_connections_dropped_total", "counter", "Connections closed to make room.",
      [("", "\(facts.dropped)")])
    if let run = call.reading.run {
      family("last_run_number", "gauge", "The last committed run.", [("", "\(run.number)")])
      family(
        "last_run_as_of_seconds", "gauge", "The instant the last committed run counts as now.",
        [("", "\(run.asOf.milliseconds / 1_000)")])
    }
    return Answer(
      contentType: "text/plain; version=0.0.4; charset=utf-8", body: .bytes(Array(text.utf8)))
  }

  /// Nanoseconds as a decimal number of seconds.
  private static func seconds(_ nanoseconds: Int64) -> String {
    let fraction = String(nanoseconds % 1_000_000_000)
    return "\(nanoseconds / 1_000_000_000)."
      + String(repeating: "0", count: 9 - fraction.count) + fraction
  }
}
