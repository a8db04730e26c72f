// Codes as rows of a file: all of them in the first night; changes and newcomers' in later ones.

extension SampleRegistry {
  static let codeColumns = [
    "code", "affiliate_id", "program_id", "is_active", "expires_at", "max_uses", "metadata",
    "created_at",
  ]

  /// The codes that a later night has a row of, beside the newcomers'.
  func changedCodes(in night: Int) -> [Int] {
    Array(stride(from: (night * 11) % codes, to: codes, by: 50))
  }

  /// The codes that a later night adds: one for each of its new affiliates.
  func newCodes(in night: Int) -> Range<Int> {
    let first = codes + (night - 1) * newcomers
    return first..<(first + newcomers)
  }

  /// Adds a code's row; one in a hundred is switched off, two in a hundred expire in the first
  /// night, three in two hundred may be used a few times only.
  func appendCode(
    _ code: Int, created: Int64, _ calendar: SampleCalendar, to sheet: inout SampleSheet
  ) {
    beginRow(ofCode: code, in: &sheet)
    sheet.literal(code % 100 == 41 && !isCore ? "false" : "true")
    if code % 50 == 7, !isCore {
      let length = calendar.end(of: 0) - calendar.start
      sheet.instant(calendar.start + length / 3_000 * Int64(1 + code % 3) * 1_000)
    } else {
      sheet.absent()
    }
    if code % 200 < 3, code > 2, !isCore { sheet.number(5 + code % 40) } else { sheet.absent() }
    if code % 20 == 9 {
      sheet.structure("{\"campaign\":\"spring, \\\"early\\\"\",\"batch\":\(code % 7)}")
    } else {
      sheet.absent()
    }
    sheet.instant(created)
    sheet.endRow()
  }

  /// Adds a row that switches a code off, or limits its uses.
  func appendChange(ofCode code: Int, to sheet: inout SampleSheet) {
    beginRow(ofCode: code, in: &sheet)
    if code % 3 == 0 { sheet.literal("false") } else { sheet.absent() }
    sheet.absent()
    if code % 3 == 0 { sheet.absent() } else { sheet.number(1_000 + code % 1_000) }
    sheet.absent()
    sheet.absent()
    sheet.endRow()
  }

  /// code, affiliate_id and program_id.
  private func beginRow(ofCode code: Int, in sheet: inout SampleSheet) {
    sheet.beginRow()
    sheet.beginWord()
    put(code: code, in: &sheet)
    sheet.endWord()
    sheet.identifier(Self.affiliatePrefix, affiliate(ofCode: code), width: 5)
    sheet.identifier(SampleTraffic.programPrefix, program(ofCode: code), width: 4)
  }
}
