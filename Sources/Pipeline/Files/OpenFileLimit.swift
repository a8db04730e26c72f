// How many files a process may have open at once.

internal import Glibc

/// The system's limit on open files.
public enum OpenFileLimit {
  /// Raises the process's limit to what it needs, as far as the system lets it.
  ///
  /// - Parameter needed: How many files; without it, as many as the system lets it.
  /// - Returns: The limit that holds; nil where the system does not tell.
  @discardableResult
  public static func raise(to needed: Int = .max) -> Int? {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(files, &limit) == 0 else { return nil }
    if limit.rlim_cur < rlim_t(needed) {
      limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
      _ = unsafe setrlimit(files, &limit)
      _ = unsafe getrlimit(files, &limit)
    }
    return Int(clamping: limit.rlim_cur)
  }
}
