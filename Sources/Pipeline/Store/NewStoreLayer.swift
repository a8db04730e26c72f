// The layer under SQLite through which a new store is filled: SQLite's own for this system, but for
// the database file.

internal import CSQLite
internal import Glibc

/// What SQLite calls a VFS.
///
/// In the memory of a database file a `refbatch_new_store_file` lies in front of SQLite's own file.
/// Journals, the write-ahead log and temporary files are SQLite's own and nothing else.
enum NewStoreLayer {
  private static let name: StaticString = "refbatch-new-store"

  /// The name to open a database by; nil where SQLite would not have the layer.
  static let registeredName: String? = isRegistered ? "\(name)" : nil

  // SAFETY: SQLite wants the layer, its name and its methods to stay where they are for as long as
  // the process runs: they are allocated once and never freed. The name is a constant of the program.
  private static let isRegistered: Bool = {
    Database.settle()
    guard let own = unsafe sqlite3_vfs_find(nil) else { return false }
    let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    unsafe layer.initialize(to: own.pointee)
    unsafe layer.pointee.pNext = nil
    unsafe layer.pointee.szOsFile += Int32(MemoryLayout<refbatch_new_store_file>.size)
    unsafe layer.pointee.zName = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(
      to: CChar.self)
    unsafe layer.pointee.xOpen = { _, path, file, flags, opened in
      unsafe NewStoreLayer.open(path, file, flags, opened)
    }
    return unsafe sqlite3_vfs_register(layer, 0) == SQLITE_OK
  }()

  @unsafe private static func open(
    _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ opened: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let system = unsafe sqlite3_vfs_find(nil), let file = unsafe file,
      let open = unsafe system.pointee.xOpen
    else { return SQLITE_CANTOPEN }
    guard flags & SQLITE_OPEN_MAIN_DB != 0, let path = unsafe path else {
      return unsafe open(system, path, file, flags, opened)
    }
    // Without methods there is nothing to be closed.
    unsafe file.pointee.pMethods = nil
    let own = unsafe Self.own(file)
    let code = unsafe open(system, path, own, flags, opened)
    guard code == SQLITE_OK,
      let layered = unsafe NewStoreFile(over: own, path: String(cString: path))
    else { return code == SQLITE_OK ? SQLITE_CANTOPEN : code }
    unsafe file.withMemoryRebound(to: refbatch_new_store_file.self, capacity: 1) { file in
      unsafe file.pointee.file = Unmanaged.passRetained(layered).toOpaque()
    }
    unsafe file.pointee.pMethods = UnsafePointer(methods)
    return SQLITE_OK
  }

  /// SQLite's own file behind ours.
  ///
  /// SAFETY: `szOsFile` has both sizes, and SQLite allocates as much for each file of the layer.
  @unsafe static func own(
    _ file: UnsafeMutablePointer<sqlite3_file>
  ) -> UnsafeMutablePointer<sqlite3_file> {
    unsafe (UnsafeMutableRawPointer(file) + MemoryLayout<refbatch_new_store_file>.size)
      .assumingMemoryBound(to: sqlite3_file.self)
  }
}
