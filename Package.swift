// swift-tools-version: 6.2
import PackageDescription

// The least processor that is assumed: on x86-64 one of its second level (2009), which counts bits and
// sorts bytes in one instruction.
#if arch(x86_64)
  let processor: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v2"])]
#else
  let processor: [SwiftSetting] = []
#endif

// One strict list for every target: warnings are errors, unsafe code is marked word by word.
let strict: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + processor

let package = Package(
  name: "refbatch",
  products: [
    .executable(name: "refbatch", targets: ["refbatch"]),
    // For the package in Benchmarks/.
    .library(name: "Pipeline", targets: ["Pipeline"]),
    .library(name: "Stages", targets: ["Stages"]),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    // SHA-256 by the processor's instructions, which Swift has no words for.
    .target(name: "CSHA256"),
    // Bit masks of 64 bytes, likewise.
    .target(name: "CByteMask"),
    // Rows in memory as a table of SQLite's, likewise.
    .target(name: "CRowSource", dependencies: ["CSQLite"]),
    .target(
      name: "Pipeline", dependencies: ["CSQLite", "CSHA256", "CByteMask", "CRowSource"],
      swiftSettings: strict),
    .target(name: "Stages", dependencies: ["Pipeline"], swiftSettings: strict),
    .executableTarget(
      name: "refbatch", dependencies: ["Stages", "Pipeline"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Pipeline"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests", dependencies: ["Pipeline", "TestSupport", "CByteMask"],
      swiftSettings: strict),
    .testTarget(
      name: "StagesTests", dependencies: ["Stages", "Pipeline", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RulesTests", dependencies: ["refbatch", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["refbatch", "TestSupport"], swiftSettings: strict),
  ]
)
