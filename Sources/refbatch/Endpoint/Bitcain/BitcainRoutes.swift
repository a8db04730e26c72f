// The endpoints of bitcain's documents.

/// What is served as bitcain documents it.
enum BitcainRoutes {
  static let all: [Route] = []
}
