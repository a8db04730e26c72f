// swift-tools-version: 6.2
import PackageDescription

// One strict list for every target: warnings are errors, unsafe code is marked word by word.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

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
    .target(name: "Pipeline", dependencies: ["CSQLite", "CSHA256"], swiftSettings: strict),
    .target(name: "Stages", dependencies: ["Pipeline"], swiftSettings: strict),
    .executableTarget(
      name: "refbatch", dependencies: ["Stages", "Pipeline"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Pipeline"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests", dependencies: ["Pipeline", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StagesTests", dependencies: ["Stages", "Pipeline", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RulesTests", dependencies: ["refbatch", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["refbatch", "TestSupport"], swiftSettings: strict),
  ]
)
