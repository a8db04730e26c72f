// Writing past the page cache, where the filesystem can.

internal import Glibc

/// Linux's O_DIRECT.
public enum DirectAccess {
  /// It is not the same number everywhere.
  private static var flag: Int32 {
    #if arch(arm64) || arch(arm)
      0o200_000
    #else
      0o40_000
    #endif
  }

  /// Turns it on or off for an open file.
  ///
  /// - Returns: Whether the system has taken that.
  public static func set(_ isWanted: Bool, _ number: Int32) -> Bool {
    let flags = fcntl(number, F_GETFL)
    guard flags >= 0 else { return false }
    return fcntl(number, F_SETFL, isWanted ? flags | flag : flags & ~flag) == 0
  }
}
