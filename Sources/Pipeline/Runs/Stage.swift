// The one shape that every stage of a run has.

/// A named thing that one stage makes and later ones need.
public struct Artifact: Hashable, Sendable {
  /// Its name, unique in a plan.
  public let name: Text

  /// Names a thing.
  public init(_ name: Text) { self.name = name }
}

extension Artifact: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { self.init(Text(value)) }
  public var description: String { name.string }
}

/// One step of a run: it declares what it needs and what it makes, and works on the run's context.
public protocol Stage<Context> {
  /// What the stages of one run share.
  associatedtype Context

  /// Its name, unique in a plan.
  var name: String { get }
  /// What must have been made before it.
  var inputs: [Artifact] { get }
  /// What it makes.
  var outputs: [Artifact] { get }

  /// Does its work.
  ///
  /// - Throws: What ends the run; nothing of it is then committed.
  func run(_ context: inout Context) throws
}
