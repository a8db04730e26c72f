// The words that sample rows are made of.

/// Tables of words; none of them names anyone.
enum SampleWords {
  /// Those with a comma have to be quoted in CSV.
  static let userAgents = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      + "Chrome/124.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
      + "(KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      + "Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
    "Mozilla/5.0 (Windows NT 10.0; rv:125.0) Gecko/20100101 Firefox/125.0",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
      + "Chrome/124.0.0.0 Mobile Safari/537.36",
    "ExampleShop/5.12.1 (Android 14; Pixel 8)",
    "ExampleShop/5.12.0 (iOS 17.4.1; iPhone15,2)",
  ].map(SamplePhrase.init)
  static let bots = [
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example.com/about)",
    "curl/8.5.0", "python-requests/2.31.0", "ExampleLinkPreview/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
      + "HeadlessChrome/124.0.0.0 Safari/537.36",
  ].map(SamplePhrase.init)
  static let pages = [
    "https://shop.example.com/item/", "https://shop.example.com/p/",
    "https://store.example.net/", "https://example.org/deals?id=",
  ].map { Array($0.utf8) }
  static let referrers = [
    "", "https://blog.example.io/", "https://social.example/",
    "https://search.example/", "https://news.example.net/a/", "",
    "https://video.example.com/", "",
  ].map(SamplePhrase.init)
  static let sources = [
    "newsletter", "instagram", "youtube", "google", "partner", "", "podcast", "blog",
  ].map(SamplePhrase.init)
  static let mediums = ["email", "social", "video", "cpc", "affiliate", "", "audio", "referral"]
    .map(SamplePhrase.init)
  static let campaigns = [
    "spring_sale", "welcome10", "black-friday-26", "vip", "", "always_on", "new-arrivals", "",
  ].map(SamplePhrase.init)
  /// Campaigns that try a reader's quoting, and one a newline in a cell.
  static let oddCampaigns = [
    "spring \"mega\" sale, week 12", "\"quoted\"", "two\nlines", "Frühling, Größe \"L\"",
    "back\\slash", "3,50 € off", "early bird, \"last call\"", "50% off; today only",
  ].map(SamplePhrase.init)
  static let codeWords = ["SAVE", "DEAL", "VIP", "BLOG", "TUBE", "INSTA", "PROMO", "X"]
    .map { Array($0.utf8) }
  static let categories = ["apparel", "home", "beauty", "sport", "books", "toys", "garden", "food"]
    .map { Array($0.utf8) }
  static let mailDomains = [
    "example.com", "mail.example.net", "example.org", "post.example", "inbox.example.com",
    "mx.example.io", "example.net", "letters.example",
  ].map { Array($0.utf8) }
  static let disposableDomains = [
    "mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
  ].map { Array($0.utf8) }
  static let firstNames = [
    "Ada", "Bea", "Chloé", "Dana", "Eno", "Finn", "Grace", "Hana", "Ivo", "Jun", "Kai", "Lea",
    "Mika", "Noor", "Ola", "Pia",
  ]
  static let lastNames = [
    "Abara", "Berg", "Costa", "Dietz", "Eriksen", "Faure", "Größer", "Haas", "Ito", "Jansen",
    "Kovač", "Lind", "Moreau", "Novak", "O'Neil", "Petit",
  ]
  static let companies = [
    "Northwind Media, Inc.", "Blue \"Sky\" Blogs", "Müller & Söhne GmbH", "Green Leaf Reviews",
    "Pixel Partners, LLC", "Ideenwerk", "The Weekly Pick", "Harbour Lights",
  ]
  static let products = [
    "Trail Shoes", "Coffee Club", "Desk Lamp", "Cloud Backup", "Garden Kit", "Travel Pass",
    "Sound Bar", "Language Lab",
  ]
  static let countries = ["US", "DE", "FR", "JP", "GB", "NL", "ES", "PL"]
}
