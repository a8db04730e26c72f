// A directory for one test, gone when the test is.

import Foundation
import Glibc
import Pipeline

/// An empty directory of its own, removed with everything in it.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "refbatch-\(UUID().uuidString)"
    try DirectoryTree.make(path)
  }

  deinit { try? DirectoryTree.remove(path) }

  /// Whether `/dev/shm` is there and another filesystem than the folders'.
  static var hasOtherFilesystem: Bool {
    let shared = try? FileInformation.of("/dev/shm")
    let ours = try? FileInformation.of(NSTemporaryDirectory())
    return shared != nil && ours != nil && shared?.device != ours?.device
  }

  /// The path of something in it.
  subscript(name: String) -> String { "\(path)/\(name)" }

  /// Makes a file, and the directories above it.
  func put(_ name: String, _ text: String) throws {
    try DirectoryTree.make(DirectoryTree.parent(of: self[name]) ?? path)
    try WholeFile.replace(self[name], with: Array(text.utf8))
  }

  /// Makes a symbolic link that leads to `target`.
  func link(_ name: String, to target: String) throws {
    guard unsafe symlink(target, self[name]) == 0 else {
      throw FileFault(path: self[name], operation: .link, code: errno)
    }
  }

  /// Makes a named pipe.
  func pipe(_ name: String) throws {
    guard unsafe mkfifo(self[name], 0o600) == 0 else {
      throw FileFault(path: self[name], operation: .create, code: errno)
    }
  }

  /// The text of a file.
  func text(_ name: String) throws -> String {
    let file = try Descriptor(opening: self[name], for: .read)
    var bytes = [UInt8](repeating: 0, count: Int(try file.information().byteCount))
    let count = try file.read(into: &bytes)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Every directory and file under `name`, one line each, with its permissions and its text.
  func tree(_ name: String = "") throws -> [String] {
    var lines: [String] = []
    for entry in try DirectoryTree.list("\(path)/\(name)") {
      let relative = name.isEmpty ? entry.name.string : "\(name)/\(entry.name)"
      let mode = String(try FileInformation.ofLink(self[relative])?.mode ?? 0, radix: 8)
      switch entry.kind {
      case .directory: lines += ["\(relative)/ \(mode)"] + (try tree(relative))
      case .file: lines.append("\(relative) \(mode) \(try text(relative))")
      case .link, .other: lines.append("\(relative) special")
      }
    }
    return lines
  }
}
