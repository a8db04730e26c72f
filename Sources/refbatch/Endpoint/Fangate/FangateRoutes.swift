// The endpoints of Fangate's documents.

/// What is served as Fangate documents it.
enum FangateRoutes {
  static let all: [Route] = []
}
