// `serve`: the endpoint, until a signal ends it.
import Dispatch
import Glibc
import Pipeline
import Stages

/// Why an address is not understood.
struct ListenAddressFault: ExitCoded, CustomStringConvertible {
  let text: String

  var exitStatus: ExitStatus { .usage }
  var description: String {
    "\"\(text)\" is no address to listen at; write 127.0.0.1:8080 or [::1]:8080"
  }
}

enum ServeCommand {
  static func run(_ arguments: ParsedArguments) throws -> Int32 {
    let workspace = Workspace(arguments[Options.workspace] ?? ".")
    guard try FileInformation.of(workspace.path)?.kind == .directory else {
      throw SecretFault.noWorkspace(path: workspace.path)
    }
    let addresses = try addresses(arguments)
    let keys = try TokenKeys(of: workspace, files: arguments.all(ServeOptions.secretFile))
    let relay = ResponderRelay()
    let server = try HTTPServer(addresses, relay)
    let own = zip(addresses, server.ports).map { url($0.host, $1) }
    let endpoint = Endpoint(
      table: .all, publicURL: publicURL(arguments) ?? own.first ?? "",
      metricsAreOpen: arguments.has(ServeOptions.metricsOpen))
    let service = EndpointService(endpoint, workspace, keys)
    relay.service = service
    service.connections = { [unowned server] in
      (server.acceptedConnections, server.droppedConnections, Int64(server.openConnections))
    }
    let preparation = ListPreparation()
    preparation.start(workspace)
    service.preparation = preparation
    let signals = stopOnSignals(server.stopper)
    defer { for signal in signals { signal.cancel() } }
    if !arguments.has(Options.quiet) {
      for address in own { Log().info("serving \(workspace.path) at \(address)") }
    }
    server.run()
    return ExitStatus.done.rawValue
  }

  /// The service, named after the server is there: it counts the server's connections.
  private final class ResponderRelay: HTTPResponder {
    var service: EndpointService?

    func respond(to request: HTTPRequest) -> HTTPResponse {
      service?.respond(to: request) ?? HTTPResponse(status: 503, head: [], body: .bytes([]))
    }
  }

  private static func stopOnSignals(_ stopper: HTTPServer.Stopper) -> [any DispatchSourceSignal] {
    [SIGTERM, SIGINT].map { number in
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "signals"))
      source.setEventHandler { stopper.stop() }
      source.resume()
      return source
    }
  }
}

extension ServeCommand {
  /// The addresses to listen at.
  ///
  /// - Throws: ``ListenAddressFault``.
  static func addresses(_ arguments: ParsedArguments) throws -> [HTTPServer.Address] {
    let given = arguments.all(ServeOptions.listen)
    guard given.isEmpty else { return try given.map(address) }
    let host = arguments[ServeOptions.host] ?? "127.0.0.1"
    return [HTTPServer.Address(host: host, port: UInt16(arguments[ServeOptions.port] ?? 8_080))]
  }

  /// `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6.
  private static func address(_ text: String) throws(ListenAddressFault) -> HTTPServer.Address {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
      let port = UInt16(text[text.utf8.index(after: colon)...])
    else { throw ListenAddressFault(text: text) }
    var host = text[..<colon]
    if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
      host = host.dropFirst().dropLast()
    }
    guard !host.isEmpty else { throw ListenAddressFault(text: text) }
    return HTTPServer.Address(host: String(host), port: port)
  }

  private static func url(_ host: String, _ port: UInt16) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
  }

  /// `--public-url`, without a slash at its end.
  private static func publicURL(_ arguments: ParsedArguments) -> String? {
    guard var url = arguments[ServeOptions.publicURL] else { return nil }
    while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
    return url
  }
}
