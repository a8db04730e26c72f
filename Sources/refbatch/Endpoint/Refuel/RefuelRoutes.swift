// The endpoints of Refuel's documents.

/// What is served as Refuel documents it.
enum RefuelRoutes {
  static let all: [Route] = []
}
