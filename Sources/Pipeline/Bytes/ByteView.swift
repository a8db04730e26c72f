@safe public struct ByteView { public let count: Int; public subscript(i: Int) -> UInt8 { 0 } 
 public static func withBytes<R>(of s: String, _ body: (ByteView) -> R) -> R { body(ByteView(count: 0)) } }
public struct ContentHash { public static func digest(of: ByteView) -> Digest128 { Digest128(high: 0, low: 0) } }
public struct SHA256 { public init() {}; public mutating func update(_ bytes: UnsafeRawBufferPointer) {}; public mutating func finish() -> [UInt8] { [] };  public static func hexadecimal(of t: Text) -> String { "" } }
