// What SQLite calls on the database file of a new store.

internal import CSQLite

extension NewStoreLayer {
  private typealias File = UnsafeMutablePointer<sqlite3_file>

  // SAFETY: allocated once, never freed and never changed. SQLite calls these only on a file that
  // ``NewStoreLayer`` has opened, from one thread at a time, and after `xClose` never again: so the
  // object in front of SQLite's own file is there.
  nonisolated(unsafe) static let methods: UnsafePointer<sqlite3_io_methods> = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    var table = sqlite3_io_methods()
    // No version 3: nobody is to read pages out of a mapping.
    table.iVersion = 2
    setGathering(&table)
    setPassing(&table)
    setSharedMemory(&table)
    unsafe methods.initialize(to: table)
    return unsafe UnsafePointer(methods)
  }()

  /// What the layer does itself.
  private static func setGathering(_ table: inout sqlite3_io_methods) {
    unsafe table.xClose = { file in
      guard let file = unsafe file else { return SQLITE_MISUSE }
      let layered = unsafe NewStoreLayer.retained(file)
      unsafe file.pointee.pMethods = nil
      return unsafe layered.takeRetainedValue().close()
    }
    unsafe table.xRead = { file, target, count, offset in
      guard let target = unsafe target else { return SQLITE_MISUSE }
      return unsafe NewStoreLayer.layered(file) { unsafe $0.read(target, count, offset) }
    }
    unsafe table.xWrite = { file, source, count, offset in
      guard let source = unsafe source else { return SQLITE_MISUSE }
      return unsafe NewStoreLayer.layered(file) { unsafe $0.write(source, count, offset) }
    }
    unsafe table.xTruncate = { file, end in
      unsafe NewStoreLayer.layered(file) { $0.truncate(end) }
    }
    unsafe table.xSync = { file, flags in
      unsafe NewStoreLayer.layered(file) { $0.synchronize(flags) }
    }
    unsafe table.xFileSize = { file, size in
      guard let size = unsafe size else { return SQLITE_MISUSE }
      return unsafe NewStoreLayer.layered(file) { unsafe $0.size(size) }
    }
    unsafe table.xLock = { file, level in
      unsafe NewStoreLayer.layered(file) { $0.lock(level) }
    }
    unsafe table.xUnlock = { file, level in
      unsafe NewStoreLayer.layered(file) { $0.unlock(level) }
    }
  }

  /// What SQLite's own file does for it.
  private static func setPassing(_ table: inout sqlite3_io_methods) {
    unsafe table.xCheckReservedLock = { file, isReserved in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xCheckReservedLock(own, isReserved)
      }
    }
    unsafe table.xFileControl = { file, operation, argument in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xFileControl(own, operation, argument)
      }
    }
    unsafe table.xSectorSize = { file in
      unsafe NewStoreLayer.passed(file) { own, methods in unsafe methods.xSectorSize(own) }
    }
    unsafe table.xDeviceCharacteristics = { file in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xDeviceCharacteristics(own)
      }
    }
  }

  /// The memory that connections share once there is a write-ahead log: SQLite's own file's, too.
  private static func setSharedMemory(_ table: inout sqlite3_io_methods) {
    unsafe table.xShmMap = { file, region, size, extend, address in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xShmMap?(own, region, size, extend, address) ?? SQLITE_IOERR
      }
    }
    unsafe table.xShmLock = { file, offset, count, flags in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xShmLock?(own, offset, count, flags) ?? SQLITE_IOERR
      }
    }
    unsafe table.xShmBarrier = { file in
      _ = unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xShmBarrier?(own)
        return SQLITE_OK
      }
    }
    unsafe table.xShmUnmap = { file, isDeleted in
      unsafe NewStoreLayer.passed(file) { own, methods in
        unsafe methods.xShmUnmap?(own, isDeleted) ?? SQLITE_IOERR
      }
    }
  }

  @unsafe private static func retained(_ file: File) -> Unmanaged<NewStoreFile> {
    unsafe file.withMemoryRebound(to: refbatch_new_store_file.self, capacity: 1) { file in
      unsafe Unmanaged.fromOpaque(file.pointee.file)
    }
  }

  @unsafe private static func layered(_ file: File?, _ call: (NewStoreFile) -> Int32) -> Int32 {
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
