// The listener: one thread, one poll loop. At most 1,024 connections make poll as good as epoll,
// which Swift's Glibc module does not have.

internal import Glibc
internal import Synchronization

/// Serves HTTP/1.1 on one or more addresses until it is told to stop.
public final class HTTPServer {
  struct Client {
    let socket: Socket
    let connection: HTTPConnection
    var saidEnd = false
  }

  let limits: HTTPLimits
  let responder: any HTTPResponder
  let listeners: [Socket]
  private let waking: WakePipe
  private let stopCount: StopCount
  let clock: () -> Int64
  var clients: [Client] = []
  /// The wake pipe, the listeners, then the clients in their order.
  var polls: [pollfd] = []
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  var capacity: Int
  var acceptsAgainAt: Int64 = 0
  var nextSweep: Int64 = 0
  /// When the client that is served now began to be: others wait meanwhile.
  var turnStart: Int64 = 0
  private var stopDeadline: Int64?
  private var dateSecond: Int64 = -1
  private var dateText: [UInt8] = []
  /// How often connections were dropped to make room; for metrics.
  public internal(set) var droppedConnections: Int64 = 0
  /// Connections taken since the start.
  public internal(set) var acceptedConnections: Int64 = 0

  /// How many clients are connected now.
  public var openConnections: Int { clients.count }

  /// Stops a server from another thread or from a signal's handler.
  public struct Stopper: Sendable {
    fileprivate let waking: WakePipe
    fileprivate let count: StopCount

    /// Lets what is in flight be finished, for at most five seconds; at once when said twice.
    public func stop() {
      count.value.add(1, ordering: .relaxed)
      waking.wake()
    }
  }

  fileprivate final class StopCount: Sendable {
    let value = Atomic<Int>(0)
  }

  /// An address to listen at; port 0 lets the system choose one.
  public struct Address: Hashable, Sendable {
    public var host: String
    public var port: UInt16

    public init(host: String, port: UInt16) {
      self.host = host
      self.port = port
    }
  }

  /// Begins to listen; nothing is answered before ``run()``.
  ///
  /// - Throws: ``ListenFault``.
  public init(
    _ addresses: [Address], _ responder: any HTTPResponder, limits: HTTPLimits = HTTPLimits()
  ) throws {
    self.limits = limits
    self.responder = responder
    waking = try WakePipe()
    stopCount = StopCount()
    clock = Self.milliseconds
    capacity = limits.connections
    var listeners: [Socket] = []
    do {
      for address in addresses {
        listeners.append(try Socket.listening(host: address.host, port: address.port))
      }
    } catch {
      for listener in listeners { listener.close() }
      throw error
    }
    self.listeners = listeners
    capacity = Self.descriptorAllowance(limits.connections)
    polls.append(pollfd(fd: waking.readEnd, events: Int16(POLLIN), revents: 0))
    for listener in listeners {
      polls.append(pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0))
    }
  }

  deinit {
    for listener in listeners { listener.close() }
    for client in clients { client.socket.close() }
  }

  /// The ports that are listened at.
  public var ports: [UInt16] { listeners.map(\.port) }

  public var stopper: Stopper { Stopper(waking: waking, count: stopCount) }

  /// Milliseconds of a clock that only goes forward.
  public static func milliseconds() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Seconds since 1970 UTC.
  public static func seconds() -> Int64 { Int64(time(nil)) }

  /// How many connections the process has descriptors for, with some kept for files.
  private static func descriptorAllowance(_ wanted: Int) -> Int {
    guard let limit = OpenFileLimit.raise(to: wanted + 64) else { return wanted }
    return min(wanted, max(8, limit - 40))
  }
}

extension HTTPServer {
  /// Serves until it is stopped.
  public func run() {
    while true {
      let now = clock()
      if now >= nextSweep { sweep(now) }
      if isDone(now) { return }
      awaitEvents(now)
      handleEvents()
    }
  }

  private func isDone(_ now: Int64) -> Bool {
    let stops = stopCount.value.load(ordering: .relaxed)
    guard stops > 0 else { return false }
    if stopDeadline == nil {
      stopDeadline = now + 5_000
      for client in clients { client.connection.stop(now: now) }
      removeFinished()
    }
    return clients.isEmpty || stops > 1 || now >= (stopDeadline ?? 0)
  }

  private func awaitEvents(_ now: Int64) {
    let accepts = stopDeadline == nil && now >= acceptsAgainAt
    for index in 1...listeners.count {
      polls[index].events = accepts ? Int16(POLLIN) : 0
      // A listener that is to be left alone is not to wake anyone for an error, either.
      polls[index].fd = accepts ? listeners[index - 1].number : -1
    }
    let first = 1 + listeners.count
    var timeout = max(0, nextSweep - now)
    for (index, client) in clients.enumerated() {
      var events: Int16 = 0
      if let pause = client.connection.pause(at: now) { timeout = min(timeout, pause) }
      if client.connection.wantsInput { events |= Int16(POLLIN) }
      if client.connection.hasOutput { events |= Int16(POLLOUT) }
      polls[first + index].events = events
    }
    _ = unsafe poll(&polls, nfds_t(polls.count), Int32(clamping: timeout))
  }

  private func handleEvents() {
    if polls[0].revents != 0 { waking.drain() }
    let first = 1 + listeners.count
    var index = 0
    // Clients that leave are removed afterwards, so that the order holds meanwhile.
    let count = clients.count
    while index < count {
      let events = Int32(polls[first + index].revents)
      turnStart = clock()
      if events != 0 { serve(index, events) }
      if clients[index].connection.pause(at: turnStart) == 0 {
        clients[index].connection.resume(now: turnStart, date: currentDate)
        send(index)
      }
      index += 1
    }
    for place in 1...listeners.count where polls[place].revents != 0 {
      accept(listeners[place - 1])
    }
    removeFinished()
  }

  private func serve(_ index: Int, _ events: Int32) {
    let connection = clients[index].connection
    if events & (POLLERR | POLLNVAL) != 0 {
      connection.abort()
      return
    }
    if events & (POLLIN | POLLHUP) != 0, connection.wantsInput {
      receive(index)
    } else if events & POLLHUP != 0 {
      // Both directions are gone.
      connection.abort()
    }
    send(index)
  }

  private func receive(_ index: Int) {
    let connection = clients[index].connection
    switch clients[index].socket.read(into: &buffer) {
    case .bytes(let count):
      connection.receive(buffer[..<count], now: clock(), date: currentDate)
    case .end: connection.receiveEnd(now: clock())
    case .later: break
    case .broken: connection.abort()
    }
  }

  /// Writes what there is, as far as it fits.
  func send(_ index: Int) {
    let connection = clients[index].connection
    var rounds = 0
    // A fast reader of a long list must not keep the others waiting.
    while rounds < 8, connection.hasOutput, connection.phase != .finished {
      rounds += 1
      let output = connection.nextOutput()
      guard !output.isEmpty else {
        if connection.phase != .finished {
          connection.wrote(0, now: clock(), date: currentDate)
        }
        continue
      }
      switch clients[index].socket.write(output) {
      case .bytes(let count): connection.wrote(count, now: clock(), date: currentDate)
      case .later: return
      case .end, .broken: connection.abort()
      }
    }
    if case .lingering = connection.phase, !clients[index].saidEnd {
      clients[index].saidEnd = true
      clients[index].socket.finishWriting()
    }
  }

  func currentDate() -> [UInt8] {
    let second = Self.seconds()
    if second != dateSecond {
      dateSecond = second
      dateText = HTTPDate.text(second)
    }
    return dateText
  }
}
