// Exports that nothing is known of: what detect says of them, and the profiles written from them.
import Foundation
import Pipeline
import Testing

@testable import Stages

struct ProfileDraftTests {
  /// An unknown export, and what a check of it by the profile drafted from it must find.
  struct Unknown: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var accepted: Int64
    var unpaid: Int64 = 0
    var amounts: [String: Int64]
    var statuses: [String: Int64]
    var isWindows = false
  }

  static let unknown = [
    Unknown(
      testDescription: "French, semicolons, Windows-1252",
      text: """
        Numéro de commande;Date de commande;Client;Montant HT;TVA;Montant TTC;Devise;Statut;Code parrain
        C001;15/03/2026 10:22;Dupont;1 234,50;246,90;1 481,40;EUR;Payée;MARIE
        C002;16/03/2026 11:00;Durand;45,00;9,00;54,00;EUR;En attente;
        C003;17/03/2026 12:00;Martin;10,00;2,00;12,00;EUR;Remboursée;MARIE
        C004;18/03/2026 12:00;Martin;10,00;2,00;12,00;EUR;Annulée;MARIE

        """,
      accepted: 3, unpaid: 1, amounts: ["EUR": 125450],
      statuses: ["paid": 1, "refunded": 1, "cancelled": 1], isWindows: true),
    Unknown(
      testDescription: "German, date and time apart, years of two digits, refunds below zero",
      text: """
        Auftrags-Nr.;Datum;Uhrzeit;Betrag netto;Betrag brutto;Partner-ID;Zahlungsstatus
        1;31.3.26;14:05;1.234,50;1.469,06;P1;Bezahlt
        2;1.4.26;09:05;-34,50;-41,06;P1;Erstattet
        3;1.4.26;10:05;"10,00 €";"11,90 €";P2;nicht bezahlt
        Summe;;;1.210,00;1.440,90;;

        """,
      accepted: 2, unpaid: 1, amounts: ["USD": 126900], statuses: ["paid": 1, "refunded": 1]),
    Unknown(
      testDescription: "Spanish, months by name",
      text: """
        Número de pedido,Fecha,Importe,Moneda,Estado,Cupón
        1,15 de marzo de 2026,"1.234,50",EUR,Pagado,ANA
        2,16 de marzo de 2026,"45,00",EUR,Pendiente,
        3,17 de marzo de 2026,"5,00",EUR,Reembolsado,ANA

        """,
      accepted: 2, unpaid: 1, amounts: ["EUR": 123950], statuses: ["paid": 1, "refunded": 1]),
    Unknown(
      testDescription: "Dutch, bars, symbols",
      text: """
        Invoice|Datum|Bedrag|Valuta|Status|Kortingscode
        F1|15-03-2026|€ 1.234,50|EUR|Betaald|JAN
        F2|16-03-2026|€ 12,00|EUR|Openstaand|

        """,
      accepted: 1, unpaid: 1, amounts: ["EUR": 123450], statuses: ["paid": 1]),
    Unknown(
      testDescription: "a title filled up by a spreadsheet, no id, amounts by content",
      text: """
        March sales,,
        ,,
        When,What,How much
        03/14/2026,sale,12.50
        03/15/2026,sale,"1,250.00"

        """,
      accepted: 2, amounts: ["USD": 126250], statuses: ["paid": 2]),
    Unknown(
      testDescription: "Japanese",
      text: """
        注文番号,注文日時,合計金額,通貨,ステータス,紹介コード
        A-1,2026/03/15 10:00:00,"12,000",JPY,支払済み,TARO
        A-2,2026/03/16 10:00:00,500,JPY,保留,

        """,
      accepted: 1, unpaid: 1, amounts: ["JPY": 12000], statuses: ["paid": 1]),
  ]

  @Test(arguments: unknown) func `a profile drafted from an unknown export reads it`(
    export: Unknown
  ) throws {
    let folder = NSTemporaryDirectory() + "draft-\(UUID().uuidString)"
    try DirectoryTree.make(folder)
    defer { try? DirectoryTree.remove(folder) }
    let encoding: String.Encoding = export.isWindows ? .windowsCP1252 : .utf8
    try WholeFile.replace(
      "\(folder)/x.csv", with: Array(#require(export.text.data(using: encoding))))
    let head = try FileHead(path: "\(folder)/x.csv")
    #expect(head.isEncodingGuessed == export.isWindows)
    var draft = ProfileDraft(head, kind: nil, name: "x")
    let text = draft.text()
    try WholeFile.replace("\(folder)/x.json5", with: Array(text.utf8))
    let profile = try InputProfile("\(folder)/x.json5", relativeTo: ".", kind: .orders)
    let result = try ProfileSample.check("\(folder)/x.csv", by: profile, .orders)
    #expect(result.counts.accepted == export.accepted, "\(text)")
    #expect(result.counts.filtered == (export.unpaid > 0 ? [.unpaid: export.unpaid] : [:]))
    #expect(result.rejects.map(\.reject.message).isEmpty, "\(text)")
    #expect(result.amounts == export.amounts, "\(text)")
    #expect(result.statuses == export.statuses, "\(text)")
  }

  @Test func `a word whose meaning nothing tells is marked in a drafted profile`() throws {
    let path = NSTemporaryDirectory() + "words-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = "Order ID,Date,Amount,Status\n1,2026-01-01,5.00,Zorp\n2,2026-01-01,6.00,Paid\n"
    try WholeFile.replace(path, with: Array(text.utf8))
    var draft = ProfileDraft(try FileHead(path: path), kind: nil, name: "x")
    #expect(draft.text().contains("nothing tells it of zorp"))
  }

  @Test func `codes inside texts and amounts in cents are found by a draft`() throws {
    let path = NSTemporaryDirectory() + "inside-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = "Txn ID,When,Gross cents,Note\nt1,2026-01-01,500,sale ref=JANE\nt2,2026-01-02,99,x\n"
    try WholeFile.replace(path, with: Array(text.utf8))
    var draft = ProfileDraft(try FileHead(path: path), kind: nil, name: "x")
    let profile = try ResolvedProfile(source: draft.text(), file: "x").profile
    #expect(profile.columns.first { $0.column == "amount" }?.rule.isMinor == true)
    #expect(profile.columns.first { $0.column == "code" }?.rule.places.first?.column == "Note")
  }

  @Test func `detect knows a body of one member`() throws {
    let path = NSTemporaryDirectory() + "body-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: Array("{\"referral_code\": \"X\"}\n".utf8))
    let matches = try ProfileDetection.matches(FileHead(path: path))
    #expect(matches.first?.profile.name == "bitcain-tracks")
    try WholeFile.replace(path, with: Array("{\"email\": \"a@example.com\"}\n".utf8))
    #expect(try ProfileDetection.matches(FileHead(path: path)).isEmpty)
  }

  @Test func `a draft from a sample that tells nothing is sound all the same`() throws {
    let path = NSTemporaryDirectory() + "nothing-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in ["a,b\nx,y\n", "a;b\n", "Date,Amount\nsoon,much\n", "x|y|z\n1||\n"] {
      try WholeFile.replace(path, with: Array(text.utf8))
      for kind in InputKind.allCases {
        var draft = ProfileDraft(try FileHead(path: path), kind: kind, name: "x")
        let source = draft.text()
        #expect(throws: Never.self, "\(source)") {
          try ResolvedProfile(source: source, file: "x").profile
        }
      }
    }
  }

  @Test func `detect says that native columns need no profile`() throws {
    let path = NSTemporaryDirectory() + "native-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: Array("amount,order_id,occurred_at\n1,2,2026-01-01\n".utf8))
    #expect(ProfileDetection.nativeKind(try FileHead(path: path)) == .orders)
    try WholeFile.replace(path, with: Array("total,order_id,occurred_at\n1,2,2026-01-01\n".utf8))
    #expect(ProfileDetection.nativeKind(try FileHead(path: path)) == nil)
  }

  @Test func `detect knows an export in Windows-1252 and behind a filled up title`() throws {
    let text = "Report,,,,,,,,\n" + ProfileSample.dubCommissions.text
    let path = NSTemporaryDirectory() + "title-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try WholeFile.replace(path, with: Array(#require(text.data(using: .windowsCP1252))))
    let matches = try ProfileDetection.matches(FileHead(path: path))
    #expect(matches.first?.profile.name == "dub-commissions")
  }
}
