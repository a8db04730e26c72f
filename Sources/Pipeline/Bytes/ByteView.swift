@safe public struct ByteView { public let count: Int; public subscript(i: Int) -> UInt8 { 0 } }
