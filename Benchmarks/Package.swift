// swift-tools-version: 6.2
import PackageDescription

// Measurements of the product's parts, apart from it, so that a plain build never sees them.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "refbatch", path: "..")],
  targets: [
    .executableTarget(name: "NewlineCount"),
    .executableTarget(
      name: "ReaderBenchmarks", dependencies: [.product(name: "Pipeline", package: "refbatch")]),
    .executableTarget(
      name: "OutputBenchmarks", dependencies: [.product(name: "Pipeline", package: "refbatch")]),
    .executableTarget(
      name: "ProgramBenchmarks",
      dependencies: [
        .product(name: "Pipeline", package: "refbatch"),
        .product(name: "Stages", package: "refbatch"),
      ]),
    .executableTarget(
      name: "ProfileBenchmarks",
      dependencies: [
        .product(name: "Pipeline", package: "refbatch"),
        .product(name: "Stages", package: "refbatch"),
      ]),
    .executableTarget(
      name: "StoreBenchmarks", dependencies: [.product(name: "Pipeline", package: "refbatch")]),
  ]
)
