// Paths put together by their words alone, without asking the filesystem.

/// Joins paths and takes out `.` and `dir/..`.
public enum LexicalPath {
  /// A path relative to a directory, as short as its words allow.
  ///
  /// - Returns: `path` itself where it starts with a slash; `.` where nothing remains.
  public static func joined(_ base: String, _ path: String) -> String {
    let isAbsolute = path.utf8.first == 0x2F
    let whole = isAbsolute ? path : base + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let root = whole.utf8.first == 0x2F ? "/" : ""
    return parts.isEmpty && root.isEmpty ? "." : root + parts.joined(separator: "/")
  }
}
