// The endpoints of Refferq's documents.

/// What is served as Refferq documents it.
enum RefferqRoutes {
  static let all: [Route] = []
}
