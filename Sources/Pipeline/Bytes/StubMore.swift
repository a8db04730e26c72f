public struct FileIdentity: Sendable {
  public var device: UInt64 = 0, inode: UInt64 = 0, mtimeNanoseconds: Int64 = 0,
    ctimeNanoseconds: Int64 = 0
}
public struct FileSurvey: Sendable {
  public var byteCount: Int64 = 0; public var digest = Digest128(high: 0, low: 0);
  public var identity = FileIdentity()
}
extension RecordSource {
  public var survey: FileSurvey {
    FileSurvey(
      digest: ByteView.withBytes(of: lines.flatMap { $0 + [10] }) { ContentHash.digest(of: $0) })
  }; public func checkUnchanged() throws {}
}
