// The endpoints that are the program's own: pages, description, health and metrics.

/// What is served beside the platforms' endpoints.
enum OwnRoutes {
  static let all: [Route] = []
}
