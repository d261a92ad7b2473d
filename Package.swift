// swift-tools-version: 6.2

import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdHTTP2: Target.Dependency = .product(name: "HummingbirdHTTP2", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let swiftCSV: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP2: Target.Dependency = .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")

/// The client's window needs GTK 4, which servers and tests do not: it is built only where this is set.
let hasWindow = Context.environment["LATCHKEY_WINDOW"] == "1"

let package = Package(
    name: "latchkey",
    products: [
        .library(name: "login-key", targets: ["LoginKey"]),
        .executable(name: "latchkey", targets: ["latchkey"]),
        .executable(name: "latchkey-client", targets: ["latchkey-client"]),
        .executable(name: "latchkey-launcher", targets: ["latchkey-launcher"]),
        .executable(name: "latchkey-saml", targets: ["latchkey-saml"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: ["JSON", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(
            name: "LoginKey",
            dependencies: [crypto],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WireCodec",
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WireProtocol",
            dependencies: ["WireCodec"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Accounts",
            dependencies: ["LoginKey", "WireCodec", "WireProtocol", crypto, cryptoExtras],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AccountAdministration",
            dependencies: ["Accounts", "LoginKey"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AccountsSQL",
            dependencies: ["Accounts", "LoginKey", "WireProtocol", crypto],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AccountsSQLite",
            dependencies: ["Accounts", "AccountsSQL", "LoginKey", "SystemSupport", grdb, grdbSQLite, systemPackage],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "AccountsPostgres",
            dependencies: ["Accounts", "AccountsSQL", "CPostgreSQL", "LoginKey", "SystemSupport"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AccountsTesting",
            dependencies: ["Accounts", "LoginKey", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ServiceTokens",
            dependencies: ["Accounts", "LoginKey", "WireCodec", "WireProtocol", crypto, cryptoExtras, jwtKit],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WebAuthn",
            dependencies: ["LoginKey", "WireCodec", crypto, cryptoExtras],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Authentication",
            dependencies: [
                "AccountAdministration", "Accounts", "LoginKey", "ServiceTokens", "WebAuthn", "WireCodec",
                "WireProtocol", crypto,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "OpenIDClient",
            dependencies: [
                "Accounts", "Authentication", "ServiceTokens", "WireCodec", asyncHTTPClient, metrics, nioCore, nioHTTP1,
                nioSSL,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Mail",
            dependencies: [
                "Accounts", "WireCodec", logging, metrics, nioCore, nioPosix, nioSSL, nioTLS,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "PublicAssets",
            dependencies: ["HTTPCore", "LoginKey", "WireProtocol", asyncHTTPClient, nioCore, nioHTTP1, nioPosix],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SAML",
            dependencies: ["Authentication", "ServiceTokens", "SystemSupport"],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CXMLSec", pkgConfig: "xmlsec1-openssl", providers: [.apt(["libxmlsec1-dev"])]),
        // A program of its own, behind pipes: nothing else reads XML that a stranger has sent.
        .executableTarget(
            name: "latchkey-saml",
            dependencies: ["CXMLSec"],
            cSettings: [.define("XMLSEC_NO_SIZE_T"), .define("XMLSEC_CRYPTO_OPENSSL"), .define("_GNU_SOURCE")]
        ),
        .target(
            name: "Sessions",
            dependencies: [
                "CZlib", "Accounts", "LoginKey", "ServiceTokens", "WireCodec", "WireProtocol", logging, metrics,
                nioCore,
                nioPosix, nioWebSocket, serviceLifecycle,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ClientLaunch",
            dependencies: [
                "Accounts", "Authentication", "LoginKey", "ProtocolURL", "ServiceTokens", "WireProtocol",
                serviceLifecycle,
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "HTTPCore",
            dependencies: [
                "CZlib", "Accounts", "Authentication", "LoginKey", "ServiceTokens", "WebAuthn", "WireCodec",
                "WireProtocol",
                httpTypes,
                hummingbird, logging, metrics, nioCore,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "HTTPServer",
            dependencies: [
                "Accounts", "Authentication", "HTTPCore", "LoginKey", "ServiceTokens", "Sessions", "WireCodec",
                "WireProtocol", httpTypes, hummingbirdCore, hummingbirdHTTP2, logging, metrics, nioCore, nioHTTP1,
                nioHTTP2, nioHTTPTypes, nioHTTPTypesHTTP1, nioHTTPTypesHTTP2, nioSSL, nioTLS, nioWebSocket,
                serviceLifecycle,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "PrometheusMetrics",
            dependencies: [coreMetrics],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WebServices",
            dependencies: [
                "Accounts", "Authentication", "ClientLaunch", "HTTPCore", "HTTPServer", "LoginKey",
                "PrometheusMetrics", "ServiceTokens", "Sessions", "SystemSupport", "WireCodec", "WireProtocol",
                httpTypes,
                hummingbird, logging,
            ],
            resources: [.embedInCode("Resources/openapi.json")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Pages",
            dependencies: [
                "Accounts", "Authentication", "ClientLaunch", "HTTPCore", "LoginKey", "Mail", "ServiceTokens",
                "WebAuthn", "WireCodec", "WireProtocol", crypto, httpTypes, hummingbird, logging, metrics, mustache,
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Salesforce",
            dependencies: [
                "Accounts", "Authentication", "HTTPCore", "LoginKey", "Pages", "ServiceTokens", "WireCodec",
                "WireProtocol", crypto, httpTypes, hummingbird,
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "GlanceCompatibility",
            dependencies: [
                "AccountAdministration", "Accounts", "Authentication", "HTTPCore", "LoginKey", "ProtocolURL",
                "ServiceTokens", "Sessions",
                "WireCodec", "WireProtocol", httpTypes, hummingbird,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Cobrowse",
            dependencies: ["HTTPCore", "WireCodec", "WireProtocol", httpTypes, hummingbird],
            exclude: ["jsconfig.json"],
            swiftSettings: swiftSettings,
            plugins: ["BundleScripts"]
        ),
        .plugin(name: "BundleScripts", capability: .buildTool(), dependencies: ["bundle-scripts"]),
        .executableTarget(name: "bundle-scripts"),
        .target(
            name: "SCIM",
            dependencies: [
                "AccountAdministration", "Accounts", "Authentication", "HTTPCore", "LoginKey", "WireCodec", httpTypes,
                hummingbird,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ServerApp",
            dependencies: [
                "AccountAdministration", "Accounts", "AccountsPostgres", "AccountsSQL", "AccountsSQLite",
                "Authentication", "ClientLaunch",
                "Cobrowse",
                "GlanceCompatibility",
                "HTTPCore", "HTTPServer", "LoginKey", "Mail", "OpenIDClient", "Pages", "PrometheusMetrics",
                "ProtocolURL",
                "PublicAssets", "SAML", "SCIM", "Salesforce",
                "ServiceTokens", "Sessions", "SystemSupport", "WebServices", "WireCodec", "WireProtocol",
                asyncHTTPClient, configuration, crypto, hummingbird, logging, metrics, nioCore, nioHTTP1, nioSSL,
                serviceLifecycle, systemPackage, unixSignals,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Demo",
            dependencies: [
                "Accounts", "HTTPCore", "LoginKey", "Salesforce", "ServerApp", "SystemSupport", "WebSocketClient",
                "WireCodec", "WireProtocol", argumentParser, asyncHTTPClient, nioCore, nioHTTP1, serviceLifecycle,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ServerCommands",
            dependencies: [
                "AccountAdministration", "Accounts", "Authentication", "Demo", "LoginKey", "Mail", "OpenIDClient",
                "SAML",
                "ServerApp", "ServiceTokens",
                "SystemSupport", "WireCodec",
                "WireProtocol",
                argumentParser, swiftCSV,
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CSpawn"),
        .target(
            name: "SystemSupport",
            dependencies: ["CSpawn"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "LocalIPC",
            dependencies: ["SystemSupport"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ProtocolURL",
            dependencies: ["LoginKey", "WireCodec", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WebSocketClient",
            dependencies: [nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AgentClient",
            dependencies: [
                "LocalIPC", "LoginKey", "ProtocolURL", "SystemSupport", "WebSocketClient", "WireCodec", "WireProtocol",
                asyncHTTPClient, crypto, nioCore, nioHTTP1, nioSSL,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ClientCommands",
            dependencies: ["AgentClient", "LocalIPC", "SystemSupport", argumentParser],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Launcher",
            dependencies: ["LocalIPC", "SystemSupport", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "latchkey-client",
            dependencies: ["ClientCommands", argumentParser],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "latchkey",
            dependencies: ["ServerCommands", argumentParser],
            swiftSettings: swiftSettings
        ),
        // Linked without shared libraries: loading them would take several times as long as everything it does.
        .executableTarget(
            name: "latchkey-launcher",
            dependencies: ["Launcher"],
            swiftSettings: swiftSettings,
            linkerSettings: [.unsafeFlags(["-static-executable"], .when(platforms: [.linux]))]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["SystemSupport", crypto, cryptoExtras],
            path: "Tests/Support",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AccountAdministrationTests",
            dependencies: [
                "AccountAdministration", "Accounts", "AccountsSQLite", "LoginKey", "TestSupport", "WireProtocol",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AccountsPostgresTests",
            dependencies: [
                "AccountAdministration", "Accounts", "AccountsPostgres", "AccountsSQL", "AccountsTesting", "LoginKey",
                "TestSupport", "WireProtocol",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AccountsSQLiteTests",
            dependencies: [
                "Accounts", "AccountsSQL", "AccountsSQLite", "AccountsTesting", "LoginKey", "TestSupport",
                "WireProtocol", grdb,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AgentClientTests",
            dependencies: ["AgentClient", "LoginKey", "ProtocolURL", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AuthenticationTests",
            dependencies: [
                "Accounts", "AccountsSQL", "AccountsSQLite", "Authentication", "LoginKey", "ServiceTokens",
                "TestSupport", "WebAuthn", "WireCodec",
                crypto,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ClientLaunchTests",
            dependencies: ["Accounts", "ClientLaunch", "LoginKey", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "GlanceCompatibilityTests",
            dependencies: [
                "Accounts", "AccountsSQLite", "Authentication", "GlanceCompatibility", "HTTPCore",
                "LoginKey",
                "ServiceTokens", "TestSupport", "WireCodec", "WireProtocol", httpTypes, hummingbird, logging,
                nioCore, nioEmbedded,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "HTTPCoreTests",
            dependencies: ["HTTPCore", "LoginKey"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "Accounts", "AccountsSQLite", "Authentication", "HTTPCore", "HTTPServer",
                "ServiceTokens", "Sessions",
                "TestSupport", "WireCodec", "WireProtocol", httpTypes, logging, nioCore, nioEmbedded, nioHTTP1,
                nioHTTP2,
                nioHTTPTypes,
                nioHTTPTypesHTTP2, nioWebSocket,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LocalIPCTests",
            dependencies: ["LocalIPC", "SystemSupport", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LoginKeyTests",
            dependencies: ["LoginKey", "TestSupport"],
            resources: [
                .embedInCode("Fixtures/known-answers.json"), .embedInCode("Fixtures/loginkey-2.json"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: ["PrometheusMetrics", metrics],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MailTests",
            dependencies: [
                "Accounts", "Mail", "SystemSupport", "TestSupport", logging, nioCore, nioPosix, nioSSL,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "OpenIDClientTests",
            dependencies: [
                "Accounts", "AccountsSQL", "AccountsSQLite", "Authentication", "LoginKey", "OpenIDClient",
                "ServiceTokens",
                "TestSupport", crypto, httpTypes, hummingbird, logging, nioCore,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PublicAssetsTests",
            dependencies: ["LoginKey", "PublicAssets", "WireProtocol", httpTypes, hummingbird, logging, nioCore],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ProtocolURLTests",
            dependencies: ["LoginKey", "ProtocolURL", "TestSupport", "WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SAMLTests",
            dependencies: [
                "Accounts", "AccountsSQL", "AccountsSQLite", "Authentication", "LoginKey", "SAML", "ServiceTokens",
                "SystemSupport", "TestSupport", "latchkey-saml",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SCIMTests",
            dependencies: [
                "AccountAdministration", "Accounts", "AccountsSQLite", "Authentication", "HTTPCore", "LoginKey", "SCIM",
                "ServiceTokens", "TestSupport", "WireCodec",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WireProtocolTests",
            dependencies: ["WireProtocol"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SessionsTests",
            dependencies: [
                "Accounts", "AccountsSQL", "AccountsSQLite", "LoginKey", "ServiceTokens", "Sessions", "TestSupport",
                "WireCodec", "WireProtocol", logging, nioCore, nioEmbedded, nioWebSocket,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ServerAppTests",
            dependencies: ["Accounts", "ServerApp", "WireCodec", logging],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "Accounts", "AccountsPostgres", "AccountsSQL", "AccountsSQLite", "Demo", "LocalIPC", "LoginKey",
                "SystemSupport",
                "TestSupport", "WebSocketClient",
                "latchkey", "latchkey-client", asyncHTTPClient, crypto, hummingbird, logging, nioCore, nioHTTP1,
                nioPosix,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WebAuthnTests",
            dependencies: ["TestSupport", "WebAuthn", "WireCodec", crypto, cryptoExtras],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WireCodecTests",
            dependencies: ["TestSupport", "WireCodec"],
            swiftSettings: swiftSettings
        ),
    ]
)

// Needs the toolchain's libFuzzer, and everything built for it: see script/fuzz.
if Context.environment["LATCHKEY_FUZZING"] == "1" {
    package.products.append(.executable(name: "fuzz-inputs", targets: ["fuzz-inputs"]))
    package.targets.append(
        .executableTarget(
            name: "fuzz-inputs",
            dependencies: [
                "LocalIPC", "LoginKey", "ProtocolURL", "Sessions", "WireCodec", "WireProtocol", nioCore, nioEmbedded,
                nioWebSocket,
            ],
            swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}

if hasWindow {
    package.products.append(.executable(name: "latchkey-window", targets: ["latchkey-window"]))
    package.targets += [
        .systemLibrary(name: "CGTK", pkgConfig: "gtk4", providers: [.apt(["libgtk-4-dev"])]),
        .target(
            name: "AgentWindow",
            dependencies: ["CGTK", "LocalIPC", "SystemSupport"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(name: "latchkey-window", dependencies: ["AgentWindow"], swiftSettings: swiftSettings),
    ]
}
