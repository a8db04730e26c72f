import Glibc
import Pipeline
import Testing

struct OpenFileLimitTests {
  @Test func `the limit on open files is raised as far as the system lets it`() throws {
    var limit = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    let before = limit.rlim_cur
    #expect(try #require(OpenFileLimit.raise(to: 1)) == Int(clamping: before))
    #expect(OpenFileLimit.raise() == Int(clamping: limit.rlim_max))
  }
}
