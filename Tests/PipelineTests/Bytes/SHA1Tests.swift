// SHA-1 against the examples of FIPS 180-4 and RFC 3174.
import Pipeline
import Testing

@Suite struct SHA1Tests {
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (String(repeating: "a", count: 1_000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
  ])
  func `digests are those of the standard`(text: String, digest: String) {
    #expect(SHA256.hexadecimal(SHA1.digest(of: Array(text.utf8))) == digest)
  }
}
