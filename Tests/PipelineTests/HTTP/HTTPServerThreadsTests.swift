// The listener on a real socket of this machine.

import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Pipeline

/// A server on a thread of its own.
private final class RunningServer {
  let port: UInt16
  private let stopper: HTTPServer.Stopper
  private let ended = DispatchSemaphore(value: 0)

  init(_ limits: HTTPLimits = HTTPLimits()) throws {
    nonisolated(unsafe) let server = try HTTPServer(
      [HTTPServer.Address(host: "127.0.0.1", port: 0)], TestResponder(), limits: limits)
    port = unsafe server.ports[0]
    stopper = unsafe server.stopper
    let ended = ended
    DispatchQueue(label: "server").async {
      unsafe server.run()
      ended.signal()
    }
  }

  func stop() {
    stopper.stop()
    ended.wait()
  }

  /// Sends and reads to the end.
  func exchange(_ text: String) -> String {
    let number = connect()
    defer { close(number) }
    let bytes = Array(text.utf8)
    _ = unsafe send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    return read(number)
  }

  func connect() -> Int32 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    _ = unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe Glibc.connect(
        number, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    return number
  }

  func read(_ number: Int32) -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe recv(number, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      all.append(contentsOf: buffer[..<count])
    }
    return String(decoding: all, as: UTF8.self)
  }
}

struct HTTPServerThreadsTests {
  @Test func `requests are answered over a socket`() throws {
    let server = try RunningServer()
    defer { server.stop() }
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    #expect(server.exchange(request).hasSuffix("\r\n\r\nbody"))
    let long = server.exchange("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(long.utf8.count > 200_000)
  }

  @Test func `a refusal reaches a client that is still sending`() throws {
    let server = try RunningServer()
    defer { server.stop() }
    let request =
      "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 300_000) + "\r\n\r\n"
    #expect(server.exchange(request).hasPrefix("HTTP/1.1 431 "))
  }

  @Test func `beyond the most connections the oldest idle one goes`() throws {
    var limits = HTTPLimits()
    limits.connections = 4
    let server = try RunningServer(limits)
    defer { server.stop() }
    let idle = (0..<8).map { _ in server.connect() }
    defer { for number in idle { close(number) } }
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    #expect(server.exchange(request).hasSuffix("body"))
    // The first ones have been closed without a word.
    #expect(server.read(idle[0]).isEmpty)
  }

  @Test func `a server that is told to stop ends`() throws {
    let server = try RunningServer()
    let idle = server.connect()
    server.stop()
    #expect(server.read(idle).isEmpty)
    close(idle)
  }

  @Test func `an address in use is a fault`() throws {
    let server = try RunningServer()
    defer { server.stop() }
    #expect(throws: ListenFault.self) {
      try HTTPServer(
        [HTTPServer.Address(host: "127.0.0.1", port: server.port)], TestResponder())
    }
  }
}
