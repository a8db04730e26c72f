// Makes ready what lists need as soon as a run has committed, on a thread of its own: otherwise the
// first request for a list would wait for it, and everybody else behind that.
import Foundation
import Pipeline
import Stages

/// Watches a workspace's store for as long as the process lives.
enum ListPreparation {
  /// How often it looks, in microseconds.
  private static let pause: useconds_t = 100_000

  static func start(_ workspace: Workspace) {
    let thread = Thread {
      var reading: StoreReading?
      var prepared: StoreReading.Run?
      var identity: [UInt64] = []
      while true {
        // What cannot be read now is told to whoever asks for it; here it is tried again.
        let file = (try? FileInformation.of(workspace.storePath)) ?? nil
        let found = file.map { [$0.device, $0.inode] } ?? []
        if found != identity || reading?.run == nil {
          identity = found
          reading = found.isEmpty ? nil : try? StoreReading(of: workspace, cacheKibibytes: 512)
        }
        if let reading, (try? reading.begin()) != nil {
          if reading.run != prepared, (try? reading.prepareLists()) != nil {
            prepared = reading.run
          }
          reading.end()
        }
        usleep(pause)
      }
    }
    thread.stackSize = 1 << 20
    thread.start()
  }
}
