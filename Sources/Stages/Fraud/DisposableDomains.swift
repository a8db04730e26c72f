// Domains whose e-mail addresses are thrown away (SPEC 10, Fraud). A setting adds more.

/// The domains that the product knows.
enum DisposableDomains {
  static let builtIn = ["mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com"]
}
