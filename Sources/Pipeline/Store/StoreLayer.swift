// The layers under SQLite through which a store is written: SQLite's own for this system, but for the
// files whose writes are gathered into large ones.

internal import CSQLite
internal import Glibc

/// What SQLite calls a VFS.
///
/// In the memory of a file that a layer handles a `refbatch_layered_file` lies in front of SQLite's own
/// file. All other files are SQLite's own and nothing else.
enum StoreLayer {
  /// The name to open a new database by, whose file is a ``NewStoreFile``; nil where SQLite would not
  /// have the layer.
  static let new: String? = unsafe register("refbatch-new-store") { _, path, file, flags, opened in
    unsafe StoreLayer.open(path, file, flags, opened, layered: SQLITE_OPEN_MAIN_DB) { own, path in
      unsafe NewStoreFile(over: own, path: String(cString: path))
    }
  }

  /// The name to open another database by, whose file and write-ahead log are ``GatheringFile``s.
  static let existing: String? = unsafe register("refbatch-store") { _, path, file, flags, opened in
    let layered = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL
    return unsafe StoreLayer.open(path, file, flags, opened, layered: layered) { own, path in
      guard let gathering = unsafe GatheringFile(over: own) else { return nil }
      guard flags & SQLITE_OPEN_WAL != 0 else { return gathering }
      // SAFETY: SQLite gives the name of a log only, as here, where its database is open.
      let database = unsafe StoreLayer.layered(sqlite3_database_file_object(path))
      guard let database = database as? GatheringFile else { return nil }
      database.log = gathering
      return gathering
    }
  }

  private typealias Open =
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?,
      UnsafeMutablePointer<sqlite3_file>?, Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32

  // SAFETY: SQLite wants a layer, its name and its methods to stay where they are for as long as the
  // process runs: they are allocated once and never freed. The name is a constant of the program.
  @unsafe private static func register(_ name: StaticString, open: Open) -> String? {
    Database.settle()
    guard let own = unsafe sqlite3_vfs_find(nil) else { return nil }
    let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    unsafe layer.initialize(to: own.pointee)
    unsafe layer.pointee.pNext = nil
    unsafe layer.pointee.szOsFile += Int32(MemoryLayout<refbatch_layered_file>.size)
    unsafe layer.pointee.zName = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(
      to: CChar.self)
    unsafe layer.pointee.xOpen = open
    return unsafe sqlite3_vfs_register(layer, 0) == SQLITE_OK ? "\(name)" : nil
  }

  private typealias File = UnsafeMutablePointer<sqlite3_file>

  /// Opens a file by SQLite's own layer, and puts ours before it.
  ///
  /// - Parameters:
  ///   - layered: The flags of those files that get one of ours; all others are SQLite's own.
  ///   - layering: Makes ours of SQLite's own file and its path; nil where it cannot.
  @unsafe private static func open(
    _ path: UnsafePointer<CChar>?, _ file: File?, _ flags: Int32,
    _ opened: UnsafeMutablePointer<Int32>?, layered kinds: Int32,
    layering: (File, UnsafePointer<CChar>) -> LayeredFile?
  ) -> Int32 {
    guard let system = unsafe sqlite3_vfs_find(nil), let file = unsafe file,
      let open = unsafe system.pointee.xOpen
    else { return SQLITE_CANTOPEN }
    guard flags & kinds != 0, let path = unsafe path else {
      return unsafe open(system, path, file, flags, opened)
    }
    // Without methods there is nothing to be closed.
    unsafe file.pointee.pMethods = nil
    let own = unsafe Self.own(file)
    let code = unsafe open(system, path, own, flags, opened)
    guard code == SQLITE_OK else { return code }
    guard let layered = unsafe layering(own, path) else {
      _ = unsafe own.pointee.pMethods?.pointee.xClose(own)
      return unsafe open(system, path, file, flags, opened)
    }
    unsafe file.withMemoryRebound(to: refbatch_layered_file.self, capacity: 1) { file in
      unsafe file.pointee.file = Unmanaged.passRetained(layered).toOpaque()
    }
    unsafe file.pointee.pMethods = UnsafePointer(methods)
    return SQLITE_OK
  }

  /// What stands before a file; nil where nothing does.
  @unsafe private static func layered(_ file: File?) -> LayeredFile? {
    guard let file = unsafe file, let own = unsafe file.pointee.pMethods,
      unsafe own == methods
    else { return nil }
    return unsafe retained(file).takeUnretainedValue()
  }

  /// SQLite's own file behind ours.
  ///
  /// SAFETY: `szOsFile` has both sizes, and SQLite allocates as much for each file of the layer.
  @unsafe static func own(
    _ file: UnsafeMutablePointer<sqlite3_file>
  ) -> UnsafeMutablePointer<sqlite3_file> {
    unsafe (UnsafeMutableRawPointer(file) + MemoryLayout<refbatch_layered_file>.size)
      .assumingMemoryBound(to: sqlite3_file.self)
  }
}
