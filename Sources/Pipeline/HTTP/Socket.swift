// The system's calls for sockets, each with its errors sorted out. With HTTPServer.swift and
// WakePipe.swift the only place of the listener that calls the system.

internal import Glibc

/// Why a listener could not be set up.
public struct ListenFault: ExitCoded, CustomStringConvertible {
  public let address: String
  public let operation: String
  public let code: Int32

  public var exitStatus: ExitStatus { .inputOutput }
  public var description: String {
    "\(address): cannot \(operation): \(unsafe String(cString: strerror(code))); "
      + "is another program listening there?"
  }
}

/// A socket's number, without its ownership: the server closes what it has opened.
struct Socket: Hashable {
  let number: Int32

  /// What a read or write came to.
  enum Transfer: Hashable {
    case bytes(Int)
    /// Nothing now; poll tells when.
    case later
    /// The other side sends no more.
    case end
    /// The connection is broken.
    case broken
  }

  /// What accepting came to.
  enum Arrival: Hashable {
    case connection(Socket)
    case none
    /// No descriptor is left.
    case exhausted
  }

  /// A listening socket of an IPv4 or IPv6 address.
  ///
  /// - Throws: ``ListenFault``.
  static func listening(host: String, port: UInt16) throws(ListenFault) -> Socket {
    let name = host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)"
    func fault(_ operation: String) -> ListenFault {
      ListenFault(address: name, operation: operation, code: errno)
    }
    var address6 = sockaddr_in6()
    var address4 = sockaddr_in()
    let is6 = unsafe inet_pton(AF_INET6, host, &address6.sin6_addr) == 1
    let is4 = unsafe inet_pton(AF_INET, host, &address4.sin_addr) == 1
    guard is6 || is4 else {
      errno = EINVAL
      throw fault("use this host, which is no IP address")
    }
    let number = socket(is6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard number >= 0 else { throw fault("make a socket") }
    let made = Socket(number: number)
    made.setOption(SOL_SOCKET, SO_REUSEADDR)
    var bound: Int32
    if is6 {
      made.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY)
      address6.sin6_family = sa_family_t(AF_INET6)
      address6.sin6_port = port.bigEndian
      bound = unsafe withUnsafePointer(to: &address6) { pointer in
        unsafe bind(
          number, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
          socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    } else {
      address4.sin_family = sa_family_t(AF_INET)
      address4.sin_port = port.bigEndian
      bound = unsafe withUnsafePointer(to: &address4) { pointer in
        unsafe bind(
          number, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
          socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if bound == 0 { bound = listen(number, SOMAXCONN) }
    guard bound == 0, made.makeNonBlocking() else {
      let failure = fault("listen")
      made.close()
      throw failure
    }
    return made
  }

  /// The port that the system has given it; 0 where it does not say.
  var port: UInt16 {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe getsockname(
        number, UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), &length)
    }
    // The port stands at the same place for both families.
    return code == 0 ? UInt16(bigEndian: address.sin6_port) : 0
  }

  /// Whether the other side is this machine.
  var isFromLoopback: Bool {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe getpeername(
        number, UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), &length)
    }
    guard code == 0 else { return false }
    if address.sin6_family == sa_family_t(AF_INET) {
      // The IPv4 address stands where IPv6 has its flow information, in network order.
      return UInt32(bigEndian: address.sin6_flowinfo) >> 24 == 127
    }
    return unsafe withUnsafeBytes(of: &address.sin6_addr) { bytes in
      unsafe bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }
  }

  /// Takes the next connection that waits.
  func accept() -> Arrival {
    while true {
      let taken = Glibc.accept(number, nil, nil)
      if taken >= 0 {
        let socket = Socket(number: taken)
        socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
        if socket.makeNonBlocking() { return .connection(socket) }
        socket.close()
        return .none
      }
      switch errno {
      case EINTR, ECONNABORTED, EPROTO: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      default: return .none
      }
    }
  }

  /// Reads what is there into a buffer.
  func read(into buffer: inout [UInt8]) -> Transfer {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe recv(number, bytes.baseAddress, bytes.count, 0)
      }
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .later : .broken
    }
  }

  /// Writes what fits.
  func write(_ bytes: ArraySlice<UInt8>) -> Transfer {
    while true {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .later : .broken
    }
  }

  /// Says that nothing more will be written.
  func finishWriting() { _ = shutdown(number, Int32(SHUT_WR)) }

  func close() { _ = Glibc.close(number) }

  private func setOption(_ level: Int32, _ name: Int32) {
    var on: Int32 = 1
    _ = unsafe setsockopt(number, level, name, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private func makeNonBlocking() -> Bool {
    fcntl(number, F_SETFL, O_NONBLOCK) == 0 && fcntl(number, F_SETFD, FD_CLOEXEC) == 0
  }
}
