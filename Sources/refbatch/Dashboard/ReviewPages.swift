// What waits for a person: orders to decide on, tiers reached, rows refused, and the runs.
import Pipeline
import Stages

enum ReviewPage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let programs = try scope.programs()
    var rows: [[TableCell]] = []
    for program in programs where rows.count < 200 {
      for order in try call.reading.ordersToReview(
        ofProgram: program.number, most: Int64(200 - rows.count))
      {
        rows.append([
          .link(order.order.string, to: ConversionsPage.tracePath(order.order, program)),
          .text(DashboardScope.name(program)), .text(Spelled.time(order.at)),
          .number(Spelled.percent(order.score)),
          .tags(order.flags.wordList.map { (Spelled.words($0), .bad) }),
          .number(Spelled.money(order.amountMinor, order.currency.string)),
        ])
      }
    }
    let lead =
      "\(scope.name) · orders at or above their program's threshold; a row of kind decisions in "
      + "the next run's input approves or rejects them"
    return try Page.review.answer(scope, lead: lead) { html in
      html.card("") { html in
        html.table(
          ["Order", "Program", "Time (UTC)", "Score", "Flags", "Net"], rows,
          empty: "Nothing waits for a decision.")
      }
    }
  }
}

enum TiersPage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let upgrades = try call.reading.upgrades(
      ofProgram: scope.programNumber, affiliate: scope.affiliate?.number, most: 100)
    let rows = try upgrades.map { upgrade in
      let affiliate = try call.reading.affiliate(upgrade.affiliate)
      let program = try call.reading.program(upgrade.program)
      let cause: TableCell
      if let order = upgrade.order, let program {
        cause = .link(order.string, to: ConversionsPage.tracePath(order, program))
      } else {
        cause = .id(upgrade.referral?.string ?? "")
      }
      return [
        TableCell.text(affiliate.map { ($0.name ?? $0.id).string } ?? ""),
        .text(program.map(DashboardScope.name) ?? ""), .tags([(upgrade.tier.string, .good)]),
        .number("\(upgrade.level)"), .text(Spelled.time(upgrade.at)), cause,
      ]
    }
    let ladders = try ladders(scope)
    return try Page.tiers.answer(scope, lead: "\(scope.name) · the newest steps up") { html in
      html.element("div", ["class": "cards"]) { html in
        html.card("Steps up", isWide: true) { html in
          html.table(
            ["Affiliate", "Program", "Tier", "Level", "Time (UTC)", "Brought by"], rows,
            empty: "Nobody has risen yet.")
        }
        if !ladders.isEmpty {
          html.card("What the tiers are", isWide: true) { html in
            html.table(["Program", "Tier", "Level", "From", "Rate", "Bonus"], ladders, empty: "")
          }
        }
      }
    }
  }

  private static func ladders(_ scope: DashboardScope) throws -> [[TableCell]] {
    try scope.programs().prefix(50).flatMap { program in
      program.terms.tiers.sorted { $0.level < $1.level }.map { tier in
        [
          TableCell.text(DashboardScope.name(program)), .text(tier.name.string),
          .number("\(tier.level)"), .number(Spelled.count(tier.minimumReferrals)),
          .number(Spelled.percent(tier.commissionRate)),
          .number(Spelled.money(tier.bonusMinor, program.terms.currency)),
        ]
      }
    }
  }
}

enum RejectsPage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let files = try call.reading.filesWithRefusals(most: 60)
    let rows = try files.map { file in
      let reasons = try call.reading.reasons(ofFile: file.number).map { reason in
        let tone: Tone = reason.fate == "rejected" ? .bad : .plain
        return ("\(Spelled.words(reason.reason.string)) \(Spelled.count(reason.count))", tone)
      }
      return [
        TableCell.text(file.run.string), .text(file.name.string),
        .text(Spelled.words(file.kind.string)),
        .number(Spelled.count(file.rows)), .number(Spelled.count(file.rejected)),
        .number(Spelled.count(file.filtered)), .tags(reasons),
      ]
    }
    let lead =
      "Files of the last runs of which rows were rejected or filtered. The rejected rows stand "
      + "in rejects/, each with its line, its column and what to do."
    return try Page.rejects.answer(scope, lead: lead, picks: false) { html in
      html.card("") { html in
        html.table(
          ["Run", "File", "Kind", "Rows", "Rejected", "Filtered", "Reasons"], rows,
          empty: "Every row of every file was taken.")
      }
    }
  }
}

enum RunsPage {
  @Sendable static func answer(_ call: Call) throws -> Answer {
    let scope = try DashboardScope(call)
    let rows = try call.reading.runs(most: 90).map { run in
      [
        TableCell.id(run.name.string), .text(run.asOf.printed), .number(Spelled.count(run.files)),
        .number(Spelled.count(run.rows)), .number(Spelled.count(run.rejected)),
        .number(Spelled.count(run.payouts)),
      ]
    }
    return try Page.runs.answer(scope, lead: "The newest runs.", picks: false) { html in
      html.card("") { html in
        html.table(
          ["Run", "As of", "Files", "Rows", "Rejected", "Payouts"], rows,
          empty: "No run has been committed yet.")
      }
    }
  }
}
