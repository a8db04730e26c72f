import Pipeline
import Testing

@Suite struct LexicalPathTests {
  @Test(
    arguments: [
      ("schedules", "../workspace", "workspace"), ("a/b", "../../c", "c"), ("a", "../../c", "../c"),
      (".", "x/./y", "x/y"), ("/srv/jobs", "../in/*.csv", "/srv/in/*.csv"), ("a", "/b", "/b"),
      ("a", "..", "."), ("/", "..", "/.."),
    ])
  func `a path is joined to its base by its words`(base: String, path: String, joined: String) {
    #expect(LexicalPath.joined(base, path) == joined)
  }
}
