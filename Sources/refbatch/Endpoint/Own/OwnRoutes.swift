// The endpoints that are the program's own: pages, description, health and metrics.
import Pipeline

/// What is served beside the platforms' endpoints.
enum OwnRoutes {
  static let all: [Route] = [
    Route(
      path: "/healthz", platform: .own, access: .anyone,
      summary: "Whether the server runs and can read the store.", isOfRun: false,
      handler: { _ in plain("ok\n") }),
    Route(
      path: "/readyz", platform: .own, access: .anyone,
      summary: "Whether requests can be answered now.", isOfRun: false,
      handler: { _ in plain("ready\n") }),
    Route(
      path: "/metrics", platform: .own, access: .roles([.admin]),
      summary: "Counts of the server and of the last run, as Prometheus reads them.",
      isOfRun: false, isOfMetrics: true, handler: { try Metrics.answer($0) }),
    Route(
      path: "/openapi.json", platform: .own, access: .anyRole,
      summary: "This description.", shape: .anyObject, handler: { try Description.answer($0) }),
  ]

  private static func plain(_ text: String) -> Answer {
    Answer(contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)))
  }
}
