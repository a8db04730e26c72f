import Testing

@testable import Stages

@Suite struct TransliterationTests {
  @Test(arguments: [
    ("Jürgen Müßig", "Jurgen Mussig"), ("ЮЛИЯ", "YULIYA"), ("François Œuvre", "Francois Oeuvre"),
    ("Łukasz Żółć", "Lukasz Zolc"), ("Þór Æsir", "Thor Aesir"),
    ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
    ("Юлия Щербакова", "Yuliya Shcherbakova"), ("Γιώργος Χατζής", "Giorgos Chatzis"),
    ("İbrahim Işık", "Ibrahim Isik"), ("Đorđe Šćepanović", "Dorde Scepanovic"),
    ("e\u{301}clair", "eclair"), ("Ｊａｎｅ", "Jane"), ("“Quoted” – name’s", "\"Quoted\" - name's"),
    ("A\u{A0}\u{2003}B\t\nC\r\n", "A B C"), ("Jane 🦊 Doe™", "Jane Doe"),
    ("\u{202E}Jane\u{200B}\u{FEFF}", "Jane"), ("", ""),
  ])
  func `a name is written in ASCII`(name: String, ascii: String) {
    #expect(Transliteration.ascii(name) == ascii)
  }

  @Test(arguments: ["李小龙", "محمد", "דוד", "John 李", "ジョン", "김철수"])
  func `a name with letters that have no ASCII is not guessed`(name: String) {
    #expect(Transliteration.ascii(name) == nil)
  }

  @Test func `every entry of the table is one scalar and ASCII`() {
    var seen: Set<UInt32> = []
    for (ascii, characters) in Transliteration.table {
      #expect(ascii.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      for scalar in characters.unicodeScalars {
        #expect(!scalar.isASCII)
        #expect(seen.insert(scalar.value).inserted, "\(scalar) stands twice")
      }
    }
    #expect(seen.count > 1_000)
  }

  @Test func `each service has its own characters and length`() {
    let name = "A&B <Söhne> " + String(repeating: "x", count: 300)
    #expect(PayeeName.text(name, .sepa) == "A+B (Sohne) " + String(repeating: "x", count: 58))
    #expect(PayeeName.text(name, .wise) == "A&B <Sohne> " + String(repeating: "x", count: 58))
    #expect(PayeeName.text(name, .ach) == "A&B <SOHNE> XXXXXXXXXX")
  }

  @Test(arguments: ["🦊🦊", "…", "\u{202E}", " ", "&", "李"])
  func `what leaves no letter is no name`(name: String) {
    #expect(PayeeName.text(name, .sepa) == nil)
  }

  @Test(arguments: [
    ("=1+1", true), ("+1", true), ("-1", true), ("@a", true), ("\ta", true), ("\ra", true),
    ("a=1", false), ("", false), (" =1", false), ("'=1", false),
  ])
  func `a formula is known by its first character`(text: String, isFormula: Bool) {
    #expect(SpreadsheetCell.isFormula(text) == isFormula)
    #expect(!SpreadsheetCell.isFormula(SpreadsheetCell.inert(text)))
  }
}
