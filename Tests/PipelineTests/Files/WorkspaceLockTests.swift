import Foundation
import Glibc
import Pipeline
import Testing

struct WorkspaceLockTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `a held lock is refused with its holder's words`() throws {
    let lock = try WorkspaceLock.acquire(path: folder["lock"], note: "since noon")
    let fault = #expect(throws: LockFault.self) {
      _ = try WorkspaceLock.acquire(path: folder["lock"], note: "second")
    }
    guard case .held(let path, let holder) = fault else { return }
    #expect(path == folder["lock"])
    #expect(holder.hasPrefix("process \(getpid()) on "))
    #expect(holder.hasSuffix(", since noon"))
    #expect(fault?.exitStatus == .temporaryFailure)
    try lock.release()
  }

  @Test func `a released lock is free, whatever its file says`() throws {
    try folder.put("lock", "process 1 on mars, with a much longer text than the next holder's\n")
    try WorkspaceLock.acquire(path: folder["lock"], note: "a").release()
    try WorkspaceLock.acquire(path: folder["lock"], note: "b").release()
    #expect(try folder.text("lock").hasSuffix(", b\n"))
    #expect(try folder.text("lock").hasPrefix("process \(getpid()) on "))
  }

  @Test func `another process's lock holds until that process ends`() throws {
    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(fileURLWithPath: "/bin/sh")
    holder.arguments = ["-c", "exec 9>>\"$0\"; flock 9; echo held; read line", folder["lock"]]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
    let fault = #expect(throws: LockFault.self) {
      _ = try WorkspaceLock.acquire(path: folder["lock"], note: "")
    }
    #expect(
      fault?.description
        == "\(folder["lock"]): held by another process. Run again when it has finished.")
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    try WorkspaceLock.acquire(path: folder["lock"], note: "").release()
  }

  @Test func `a child process does not keep the lock`() throws {
    let lock = try WorkspaceLock.acquire(path: folder["lock"], note: "parent")
    let child = Process()
    let input = Pipe()
    child.executableURL = URL(fileURLWithPath: "/bin/cat")
    child.standardInput = input
    try child.run()
    try lock.release()
    try WorkspaceLock.acquire(path: folder["lock"], note: "next").release()
    try input.fileHandleForWriting.close()
    child.waitUntilExit()
  }

  @Test func `a lock in a missing directory is a fault of its file`() {
    #expect(throws: FileFault.self) {
      _ = try WorkspaceLock.acquire(path: folder["none/lock"], note: "")
    }
  }
}
