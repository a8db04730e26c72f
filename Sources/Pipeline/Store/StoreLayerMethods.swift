// What SQLite calls on a file that a layer of ours handles.

internal import CSQLite

extension StoreLayer {
  private typealias File = UnsafeMutablePointer<sqlite3_file>

  // SAFETY: allocated once, never freed and never changed. SQLite calls these only on a file that
  // ``StoreLayer`` has opened, from one thread at a time, and after `xClose` never again: so the
  // object in front of SQLite's own file is there.
  nonisolated(unsafe) static let methods: UnsafePointer<sqlite3_io_methods> = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    var table = sqlite3_io_methods()
    // No version 3: nobody is to read pages out of a mapping.
    table.iVersion = 2
    setFile(&table)
    setLocks(&table)
    setPassing(&table)
    setSharedMemory(&table)
    unsafe methods.initialize(to: table)
    return unsafe UnsafePointer(methods)
  }()

  /// What is done with the file's bytes.
  private static func setFile(_ table: inout sqlite3_io_methods) {
    unsafe table.xClose = { file in
      guard let file = unsafe file else { return SQLITE_MISUSE }
      let layered = unsafe StoreLayer.retained(file)
      unsafe file.pointee.pMethods = nil
      return unsafe layered.takeRetainedValue().close()
    }
    unsafe table.xRead = { file, target, count, offset in
      guard let target = unsafe target else { return SQLITE_MISUSE }
      return unsafe StoreLayer.layered(file) { unsafe $0.read(target, count, offset) }
    }
    unsafe table.xWrite = { file, source, count, offset in
      guard let source = unsafe source else { return SQLITE_MISUSE }
      return unsafe StoreLayer.layered(file) { unsafe $0.write(source, count, offset) }
    }
    unsafe table.xTruncate = { file, end in
      unsafe StoreLayer.layered(file) { $0.truncate(end) }
    }
    unsafe table.xSync = { file, flags in
      unsafe StoreLayer.layered(file) { $0.synchronize(flags) }
    }
    unsafe table.xFileSize = { file, size in
      guard let size = unsafe size else { return SQLITE_MISUSE }
      return unsafe StoreLayer.layered(file) { unsafe $0.size(size) }
    }
    unsafe table.xFileControl = { file, operation, argument in
      unsafe StoreLayer.layered(file) { unsafe $0.control(operation, argument) }
    }
  }

  private static func setLocks(_ table: inout sqlite3_io_methods) {
    unsafe table.xLock = { file, level in
      unsafe StoreLayer.layered(file) { $0.lock(level) }
    }
    unsafe table.xUnlock = { file, level in
      unsafe StoreLayer.layered(file) { $0.unlock(level) }
    }
  }

  /// What SQLite's own file does for it.
  private static func setPassing(_ table: inout sqlite3_io_methods) {
    unsafe table.xCheckReservedLock = { file, isReserved in
      unsafe StoreLayer.passed(file) { own, methods in
        unsafe methods.xCheckReservedLock(own, isReserved)
      }
    }
    unsafe table.xSectorSize = { file in
      unsafe StoreLayer.passed(file) { own, methods in unsafe methods.xSectorSize(own) }
    }
    unsafe table.xDeviceCharacteristics = { file in
      unsafe StoreLayer.passed(file) { own, methods in
        unsafe methods.xDeviceCharacteristics(own)
      }
    }
  }

  /// The memory that connections share once there is a write-ahead log: SQLite's own file's, too.
  private static func setSharedMemory(_ table: inout sqlite3_io_methods) {
    unsafe table.xShmMap = { file, region, size, extend, address in
      unsafe StoreLayer.passed(file) { own, methods in
        unsafe methods.xShmMap?(own, region, size, extend, address) ?? SQLITE_IOERR
      }
    }
    unsafe table.xShmLock = { file, offset, count, flags in
      unsafe StoreLayer.layered(file) { $0.lockShared(offset, count, flags) }
    }
    unsafe table.xShmBarrier = { file in
      _ = unsafe StoreLayer.layered(file) {
        $0.barrier()
        return SQLITE_OK
      }
    }
    unsafe table.xShmUnmap = { file, isDeleted in
      unsafe StoreLayer.passed(file) { own, methods in
        unsafe methods.xShmUnmap?(own, isDeleted) ?? SQLITE_IOERR
      }
    }
  }

  @unsafe static func retained(
    _ file: UnsafeMutablePointer<sqlite3_file>
  ) -> Unmanaged<LayeredFile> {
    unsafe file.withMemoryRebound(to: refbatch_layered_file.self, capacity: 1) { file in
      unsafe Unmanaged.fromOpaque(file.pointee.file)
    }
  }

  @unsafe private static func layered(_ file: File?, _ call: (LayeredFile) -> Int32) -> Int32 {
    guard let file = unsafe file else { return SQLITE_MISUSE }
    return unsafe retained(file)._withUnsafeGuaranteedRef(call)
  }

  @unsafe private static func passed(
    _ file: File?, _ call: (File, sqlite3_io_methods) -> Int32
  ) -> Int32 {
    guard let file = unsafe file else { return SQLITE_MISUSE }
    let own = unsafe Self.own(file)
    guard let methods = unsafe own.pointee.pMethods?.pointee else { return SQLITE_MISUSE }
    return unsafe call(own, methods)
  }
}
