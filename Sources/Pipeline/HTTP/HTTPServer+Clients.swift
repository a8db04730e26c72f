// The clients of a listener: taking them, making room, and the deadlines.

internal import Glibc

extension HTTPServer {
  func accept(_ listener: Socket) {
    // Some at a time, so that a flood of connections does not starve those that are there.
    for _ in 0..<64 {
      switch listener.accept() {
      case .none: return
      case .exhausted:
        // Waiting connections stay in the system's queue until there is a descriptor again.
        dropOldest()
        acceptsAgainAt = clock() + 50
        return
      case .connection(let socket):
        acceptedConnections += 1
        if clients.count >= capacity { dropOldest() }
        guard clients.count < capacity else {
          socket.close()
          continue
        }
        add(socket)
      }
    }
  }

  private func add(_ socket: Socket) {
    let connection = HTTPConnection(
      responder, limits, now: clock(), isFromLoopback: socket.isFromLoopback)
    connection.turnIsOver = { [unowned self] in clock() - turnStart >= 2 }
    clients.append(Client(socket: socket, connection: connection))
    polls.append(pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0))
  }

  /// Closes the connection that has been silent for longest: one between requests if there is any,
  /// else one whose request is still coming in.
  private func dropOldest() {
    func oldest(_ phases: Set<HTTPConnection.Phase>) -> Int? {
      var best: Int?
      for (index, client) in clients.enumerated() where phases.contains(client.connection.phase) {
        guard !client.connection.hasOutput else { continue }
        let activity = client.connection.lastActivity
        if best.map({ activity < clients[$0].connection.lastActivity }) ?? true { best = index }
      }
      return best
    }
    guard let index = oldest([.idle, .lingering]) ?? oldest([.head, .body]) else { return }
    droppedConnections += 1
    remove(index)
  }

  func removeFinished() {
    var index = clients.count - 1
    while index >= 0 {
      if case .finished = clients[index].connection.phase { remove(index) }
      index -= 1
    }
  }

  private func remove(_ index: Int) {
    clients[index].connection.abort()
    clients[index].socket.close()
    let last = clients.count - 1
    let first = 1 + listeners.count
    clients.swapAt(index, last)
    polls.swapAt(first + index, first + last)
    clients.removeLast()
    polls.removeLast()
  }

  /// Looks at the deadlines, every tenth of a second.
  func sweep(_ now: Int64) {
    nextSweep = now + 100
    for index in clients.indices where clients[index].connection.nextDeadline <= now {
      clients[index].connection.expire(now: now, date: currentDate)
      send(index)
    }
    removeFinished()
  }
}
