// Cuts a surveyed file into ranges that begin at record starts.

/// Cuts a plain file into stretches for several threads.
struct RangeCutter {
  let file: InputFile
  let survey: FileSurvey
  let shape: RecordShape
  /// All records of the file, behind its header.
  let whole: RecordRange

  /// At most `count` ranges of about the same length that cover all records.
  ///
  /// Where the file cannot be read there are fewer; reading them gives the error.
  func ranges(_ count: Int) -> [RecordRange] {
    let wanted = min(count, survey.blocks.count)
    guard wanted > 1 else { return [whole] }
    var starts: [(offset: Int, line: Int)] = [(whole.start, whole.firstLine)]
    for index in 1..<wanted {
      let first = survey.blocks.count * index / wanted
      let behind = survey.blocks.count * (index + 1) / wanted
      let limit = behind < survey.blocks.count ? survey.blocks[behind].start : whole.end
      guard let cut = recordStart(from: survey.blocks[first], before: limit) else { continue }
      if let last = starts.last, cut.offset > last.offset, cut.offset < whole.end {
        starts.append(cut)
      }
    }
    return starts.indices.map { index in
      let end = index + 1 < starts.count ? starts[index + 1].offset : whole.end
      return RecordRange(start: starts[index].offset, end: end, firstLine: starts[index].line)
    }
  }

  /// The first record start at or after a block's start, and its physical line.
  private func recordStart(
    from block: SurveyedBlock, before limit: Int
  ) -> (offset: Int, line: Int)? {
    var line = block.lineFeedsBefore + 1
    if block.place == .recordStart { return (block.start, line) }
    var machine = shape.recordEnd(from: block.place)
    let buffer = FlatList<UInt8>(capacity: 64 << 10)
    var offset = block.start
    while offset < limit {
      let wanted = min(buffer.capacity, limit - offset)
      // SAFETY: the buffer has room for `wanted` bytes, of which `got` are set.
      guard let got = try? unsafe file.read(into: buffer.base, count: wanted, at: offset), got > 0
      else { return nil }
      let bytes = unsafe ByteView(base: buffer.base, count: got)
      if let end = machine.next(in: bytes, from: 0) {
        line += bytes.slice(from: 0, to: end).occurrences(of: lineFeed)
        return (offset + end, line)
      }
      line += bytes.occurrences(of: lineFeed)
      offset += got
    }
    return nil
  }
}
