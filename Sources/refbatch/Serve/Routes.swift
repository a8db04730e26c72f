// Everything that is served, in one table.

extension RouteTable {
  /// The whole of what is served.
  static let all = RouteTable(
    RefferqRoutes.all + BitcainRoutes.all + RefuelRoutes.all + FangateRoutes.all + OwnRoutes.all
      + DashboardRoutes.all,
    refusalPage: { Page.refusal($0) })
}
