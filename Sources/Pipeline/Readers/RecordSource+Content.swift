// The whole content of an input file, for formats that are no sequence of records.

extension RecordSource {
  /// All bytes of the content, unpacked.
  ///
  /// - Parameter limit: The most bytes that there may be.
  /// - Throws: ``FileRefusal`` for a longer content, and where the file cannot be read to its end.
  public func content(limit: Int) throws(FileRefusal) -> [UInt8] {
    var feed = ByteFeed.file(file, at: 0, end: file.byteCount)
    if let compression { feed = .archive(try ArchiveStream(file, compression)) }
    let block = FlatList<UInt8>(capacity: 1 << 18)
    var content: [UInt8] = []
    while true {
      // SAFETY: the block has room for its capacity.
      let count = try unsafe feed.read(into: block.base, count: block.capacity)
      guard content.count + count <= limit else {
        throw FileRefusal(
          file: file.name,
          kind: .unreadableContent("has more than \(limit >> 20) MiB; divide it into several files")
        )
      }
      // SAFETY: the block's first `count` bytes were just set.
      unsafe content.append(contentsOf: UnsafeBufferPointer(start: block.base, count: count))
      guard count == block.capacity else { return content }
    }
  }
}
