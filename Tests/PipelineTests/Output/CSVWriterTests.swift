import Pipeline
import Testing

struct CSVWriterTests {
  private func row(_ fields: [Text], delimiter: UInt8 = 0x2C) throws -> String {
    let buffer = ByteBuffer()
    let columns = fields.map { _ in "c" }
    var csv = try CSVWriter(to: buffer, columns: columns, delimiter: delimiter)
    for field in fields { csv.append(field) }
    try csv.endRow()
    try csv.finish()
    let header = columns.joined(separator: String(decoding: [delimiter], as: UTF8.self)) + "\n"
    #expect(buffer.text.hasPrefix(header))
    return String(buffer.text.dropFirst(header.count))
  }

  @Test func `a table has a header, typed fields and LF line ends`() throws {
    let buffer = ByteBuffer()
    var csv = try CSVWriter(to: buffer, columns: ["id", "name", "amount", "note"])
    for (name, amount, note) in [("a", Int64.min, nil), ("b", 0, "x"), ("c", .max, "")]
      as [(Text, Int64, Text?)]
    {
      csv.append(Int64(csv.rows + 1))
      csv.append(name)
      csv.append(amount as Int64?)
      csv.append(note)
      try csv.endRow()
    }
    csv.append(nil as Int64?)
    csv.append("d")
    csv.append(true)
    csv.appendEmpty()
    try csv.endRow()
    try csv.finish()
    #expect(csv.rows == 4)
    #expect(
      buffer.text == """
        id,name,amount,note
        1,a,-9223372036854775808,
        2,b,0,x
        3,c,9223372036854775807,
        ,d,true,

        """)
  }

  @Test(
    arguments: [
      ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
      ("a\nb", "\"a\nb\""), ("a\r", "\"a\r\""), (" a", "\" a\""), ("a ", "\"a \""), (" ", "\" \""),
      ("a b", "a b"), ("a;b", "a;b"), ("\t", "\t"), ("é😀", "é😀"), ("=1+1", "=1+1"),
      ("a\0b", "a\0b"),
    ] as [(Text, String)])
  func `quotes stand only where they are needed`(field: Text, written: String) throws {
    #expect(try row([field, "x"]) == "\(written),x\n")
  }

  @Test func `another delimiter is quoted in place of the comma`() throws {
    #expect(try row(["a;b", "a,b"], delimiter: 0x3B) == "\"a;b\";a,b\n")
  }

  @Test func `the empty field of a single column is no empty line`() throws {
    #expect(try row([""]) == "\"\"\n")
    #expect(try row(["", ""]) == ",\n")
  }

  @Test func `long tables reach the sink whole, in blocks`() throws {
    let folder = try ScratchFolder()
    let publication = try Publication(workspace: folder.path, run: "r")
    let file = try publication.write("out/long.csv")
    var csv = try CSVWriter(to: file, columns: ["n"])
    for number in 0..<100_000 {
      csv.append(Int64(number))
      try csv.endRow()
    }
    try csv.finish()
    let facts = try file.close()
    let text = "n\n" + (0..<100_000).map { "\($0)\n" }.joined()
    #expect(facts.bytes == Int64(text.utf8.count))
    #expect(try folder.text("staging/r/out/long.csv") == text)
  }

  @Test func `a record with too few fields is a broken promise`() async {
    await #expect(processExitsWith: .failure) {
      var csv = try CSVWriter(to: ByteBuffer(), columns: ["a", "b"])
      csv.append("x")
      try csv.endRow()
    }
  }
}
