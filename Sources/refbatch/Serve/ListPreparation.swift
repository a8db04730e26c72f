// Makes ready what lists need as soon as a run has committed, on a thread of its own: requests for
// a list wait for it, and nobody else does.
import Dispatch
import Foundation
import Pipeline
import Stages

/// Watches a workspace's store for as long as the process lives.
final class ListPreparation: Sendable {
  /// How often it looks by itself, in milliseconds.
  private static let pause = 100

  private let isWanted = DispatchSemaphore(value: 0)

  /// Has it look at once, because somebody waits.
  func wake() { isWanted.signal() }

  /// Begins to watch.
  func start(_ workspace: Workspace) {
    let thread = Thread { [self] in
      var reading: StoreReading?
      var prepared: StoreReading.Run?
      var identity: [UInt64] = []
      while true {
        // What cannot be read now is told to whoever asks for it; here it is tried again.
        let file = (try? FileInformation.of(workspace.storePath)) ?? nil
        let found = file.map { [$0.device, $0.inode] } ?? []
        if found != identity || reading?.run == nil {
          identity = found
          prepared = nil
          reading = found.isEmpty ? nil : try? StoreReading(of: workspace, cacheKibibytes: 512)
        }
        if let reading, (try? reading.begin()) != nil {
          if reading.run != prepared, (try? reading.prepareLists()) != nil {
            prepared = reading.run
          }
          reading.end()
        }
        _ = isWanted.wait(timeout: .now() + .milliseconds(Self.pause))
      }
    }
    thread.stackSize = 1 << 20
    thread.start()
  }
}
