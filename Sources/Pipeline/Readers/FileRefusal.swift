// Why a whole input file is refused: one clear error with what to do about it.

internal import Glibc

/// An input file that cannot be read as what it should be.
public struct FileRefusal: Error, Equatable, Sendable {
  /// What is wrong with the file.
  public enum Kind: Equatable, Sendable {
    /// The file could not be opened; the system's error number.
    case cannotOpen(Int32)
    /// It is a folder, a pipe or a device.
    case notARegularFile
    /// There is not one byte in it.
    case zeroBytes
    /// The text is UTF-16.
    case utf16
    /// A column name stands twice in the header.
    case duplicateHeader(String)
    /// There is no header, or none that can be read; why.
    case missingHeader(String)
    /// The header lacks a column that is required.
    case missingColumn(String)
    /// The cells are separated by another character than stated: this one.
    case wrongDelimiter(found: UInt8)
    /// The name and the first bytes disagree about the compression.
    case compressionMismatch(String)
    /// The archive ends too early.
    case truncatedArchive
    /// The archive's program calls it corrupt; what it said.
    case corruptArchive(String)
    /// The program that unpacks the archive is not installed.
    case missingProgram(String)
    /// The file is not the one, or not as long as, it was when it was opened.
    case changedWhileRead
    /// The name ends in nothing that tells a format.
    case unknownFormat
    /// Its content is not what it should be; what is wrong and what to do.
    case unreadableContent(String)
    /// The system could not read the file; its error number. An error of the run, not of a row.
    case ioError(Int32)
  }

  /// The file, by the name that its user knows.
  public var file: String
  /// The physical line, where there is one to name.
  public var line: Int?
  /// What is wrong.
  public var kind: Kind

  /// Puts the parts together.
  public init(file: String, line: Int? = nil, kind: Kind) {
    self.file = file
    self.line = line
    self.kind = kind
  }

  /// Whether reading again may help, because the system and not the content is at fault.
  public var isFailureOfTheSystem: Bool {
    switch kind {
    case .ioError, .missingProgram, .changedWhileRead: true
    default: false
    }
  }
}

extension FileRefusal: CustomStringConvertible {
  /// One line: `orders.csv:1: the header lacks the column "order_id"; …`.
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(message)"
  }

  /// What is wrong and what to do, without the place.
  public var message: String {
    switch kind {
    case .cannotOpen(let number):
      "cannot be opened: \(systemMessage(number)); check its name and permissions"
    case .notARegularFile: "is not a regular file; name a file that can be read again"
    case .zeroBytes: "has no bytes; export it again (a header alone is fine)"
    case .utf16: "is UTF-16; save it as UTF-8"
    case .duplicateHeader(let name):
      "the header names the column \"\(name)\" twice; rename or remove one"
    case .missingHeader(let reason): "has no readable header row: \(reason)"
    case .missingColumn(let name):
      "the header lacks the column \"\(name)\"; add it, or map it in the profile"
    case .wrongDelimiter(let found):
      "the cells seem to be separated by \(printed(found)); state that delimiter in the profile"
    case .compressionMismatch(let detail): detail
    case .truncatedArchive: "the archive ends too early; transfer it again"
    case .corruptArchive(let detail): "the archive is corrupt (\(detail)); transfer it again"
    case .missingProgram(let name):
      "needs the program \(name), which is not installed; install it or unpack the file"
    case .changedWhileRead:
      "changed while it was read; put files in place by rename, when they are complete"
    case .unknownFormat:
      "has a name that tells no format; use .csv, .jsonl or .ndjson (then .gz or .zst), or state it"
    case .unreadableContent(let detail): detail
    case .ioError(let number): "could not be read: \(systemMessage(number))"
    }
  }

  private func printed(_ byte: UInt8) -> String {
    byte == 0x09 ? "a tab" : "\"\(Unicode.Scalar(byte))\""
  }

  private func systemMessage(_ number: Int32) -> String {
    // SAFETY: strerror gives a C string that is read before any other call can change it; a
    // concurrent call could at worst give another message.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
