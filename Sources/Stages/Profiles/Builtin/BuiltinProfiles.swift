// The profiles that come with the program. One file a partner; the JSON is part of the binary.

/// The built-in profiles, in the order of their names.
public enum BuiltinProfiles {
  /// Name and JSON of each.
  public static let all: [(name: String, source: String)] =
    [
      ("amazon-associates-earnings", AmazonProfiles.earnings),
      ("awin-transactions-api", AwinProfiles.api),
      ("awin-transactions-csv", AwinProfiles.csv),
      ("bitcain-codes", PlatformProfiles.bitcainCodes),
      ("bitcain-tracks", PlatformProfiles.bitcainTracks),
      ("cj-commissions", CJProfiles.commissions),
      ("dub-commissions", DubProfiles.commissions),
      ("dub-event-clicks", DubProfiles.clicks),
      ("dub-events", DubProfiles.events),
      ("everflow-conversions", EverflowProfiles.conversions),
      ("fangate-registrations", PlatformProfiles.fangate),
      ("firstpromoter-commissions", FirstPromoterProfiles.commissions),
      ("gumroad-sales", GumroadProfiles.sales),
      ("impact-action-api", ImpactProfiles.api),
      ("impact-action-listing", ImpactProfiles.listing),
      ("impact-clicks", ImpactProfiles.clicks),
      ("lemonsqueezy-orders", LemonSqueezyProfiles.orders),
      ("paddle-transactions", PaddleProfiles.transactions),
      ("partnerstack-rewards", PartnerStackProfiles.rewards),
      ("rakuten-signature-orders", RakutenProfiles.orders),
      ("refferq-referrals", PlatformProfiles.refferq),
      ("refuel-clicks", PlatformProfiles.refuelClicks),
      ("refuel-conversions", PlatformProfiles.refuelConversions),
      ("rewardful-commissions", RewardfulProfiles.commissions),
      ("shopify-orders", ShopifyProfiles.orders),
      ("stripe-balance-itemized", StripeProfiles.balance),
      ("stripe-payments", StripeProfiles.payments),
      ("tapfiliate-conversions", TapfiliateProfiles.conversions),
      ("woocommerce-analytics-orders", WooCommerceProfiles.analytics),
      ("woocommerce-csv-export", WooCommerceProfiles.csvExport),
    ]

  /// The JSON of a profile, by its name or by the beginning that only it has, such as `shopify`.
  public static func source(of name: String) -> String? {
    if let exact = all.first(where: { $0.name == name }) { return exact.source }
    let similar = all.filter { $0.name.hasPrefix(name + "-") }
    return similar.count == 1 ? similar.first?.source : nil
  }
}
