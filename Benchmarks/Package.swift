// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "latchkey", path: ".."),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .executableTarget(
            name: "KeyBenchmark",
            dependencies: [
                "COpenSSL",
                .product(name: "login-key", package: "latchkey"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ]
        ),
    ]
)
