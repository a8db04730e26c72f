// The words of `serve` and `token`.

/// The options of `serve` alone, and those it shares with `token`.
enum ServeOptions {
  static let host = Option(
    "host", value: "ADDRESS", .text("an IP address"), default: "127.0.0.1",
    help: "The IPv4 or IPv6 address to listen at.")
  static let port = Option(
    "port", value: "PORT", .count(0...65_535), default: "8080",
    help: "The port to listen at; 0 lets the system choose one.")
  static let listen = Option(
    "listen", value: "ADDRESS:PORT", .text("ADDRESS:PORT"), repeatable: true,
    help: "Address and port in one, such as 127.0.0.1:8080 or [::1]:8080. May be repeated.")
  static let publicURL = Option(
    "public-url", value: "URL", .text("a URL"), default: "the listener's own address",
    help: "Where clients reach the server, as invitation links and /openapi.json show it.")
  static let secretFile = Option(
    "secret-file", value: "FILE", .text("a file"), default: "DIR/secret", repeatable: true,
    help: "A file with the secret that tokens are signed with: at least 32 bytes, not readable by "
      + "others. May be repeated: the first signs, all verify.")
  static let metricsOpen = Option(
    flag: "metrics-open",
    help: "Let requests from this machine read /metrics without a token.")

  static let role = Option(
    "role", value: "ROLE", .word(of: Role.allCases.map(\.rawValue)), required: true,
    help: "What the bearer reads: admin all, a company its program, an affiliate its own rows.")
  static let subject = Option(
    "subject", value: "ID", .text("an id"), required: true,
    help: "Whose token it is: a program_id, an affiliate_id or user_id, or an admin's name.")
  static let email = Option(
    "email", value: "EMAIL", .text("an e-mail address"),
    help: "An admin's e-mail address, which /api/auth/me shows.")
  static let ttl = Option(
    "ttl", value: "SECONDS", .count(1...3_155_760_000), default: "3600",
    help: "For how many seconds from now it is valid.")
}

extension CommandTable {
  static let serve = CommandDescription(
    name: "serve", summary: "answer read-only HTTP requests with the last run's results",
    discussion: [
      "Serves the endpoints of four platforms, a dashboard for people at /, /openapi.json, "
        + "/healthz, /readyz and /metrics, until it gets SIGTERM or SIGINT: then it finishes what "
        + "is in flight. Everything but /healthz and /readyz needs a token. A run may go on at the "
        + "same time; its results show when it is committed."
    ],
    options: [
      Options.workspace.description, ServeOptions.host.description,
      ServeOptions.port.description, ServeOptions.listen.description,
      ServeOptions.publicURL.description, ServeOptions.secretFile.description,
      ServeOptions.metricsOpen.description, Options.quiet.description,
    ],
    constraints: [
      .exclusive(ServeOptions.listen.description.spelling, ServeOptions.host.description.spelling),
      .exclusive(ServeOptions.listen.description.spelling, ServeOptions.port.description.spelling),
    ],
    examples: [
      CommandExample(
        meaning: "on this machine only", line: "refbatch serve --workspace workspace"),
      CommandExample(
        meaning: "behind a TLS proxy",
        line: "refbatch serve -w workspace --public-url https://affiliates.example.com"),
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "it was told to stop, and all answers are sent"),
      ExitCodeNote(code: "74", meaning: "the address cannot be listened at"),
      ExitCodeNote(code: "78", meaning: "the secret is missing, too short, or open to others"),
    ])

  static let token = CommandDescription(
    name: "token", summary: "make a token for a reader of the endpoint",
    discussion: [
      "Prints a JWT, signed with HS256, and a newline. The workspace's own secret is made when it "
        + "is missing, readable by its owner alone."
    ],
    options: [
      Options.workspace.description, ServeOptions.role.description,
      ServeOptions.subject.description, ServeOptions.email.description,
      ServeOptions.ttl.description, ServeOptions.secretFile.description,
    ],
    examples: [
      CommandExample(
        meaning: "an administrator's, for a day",
        line: "refbatch token -w workspace --role admin --subject anna --ttl 86400")
    ],
    exitCodes: [
      ExitCodeNote(code: "0", meaning: "the token is printed"),
      ExitCodeNote(code: "78", meaning: "the secret is missing, too short, or open to others"),
    ])
}
