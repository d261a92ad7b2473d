internal import Configuration
internal import Foundation
internal import SystemPackage

/// The settings of a server and of the commands that work on its store.
///
/// Flags win over the environment (`LATCHKEY_` and the key in upper snake case), the environment over the file, the
/// file over the defaults. This is the one place where keys are named.
package struct Settings: Sendable {
    /// One documented key.
    package struct Key: Sendable {
        /// The key in dotted lower camel case.
        package let name: String
        /// The value where nothing is set.
        package let standard: String
        /// Whether the value must not be shown.
        package let isSecret: Bool
        /// What it is for.
        package let help: String

        /// The environment variable: `http.publicURL` is `LATCHKEY_HTTP_PUBLIC_URL`.
        package var variable: String {
            var text = "LATCHKEY_"
            var wasLower = false
            for character in name {
                if character == "." {
                    text += "_"
                } else {
                    if character.isUppercase, wasLower { text += "_" }
                    text += character.uppercased()
                }
                wasLower = character.isLowercase
            }
            return text
        }

        fileprivate init(_ name: String, _ standard: String, isSecret: Bool = false, _ help: String) {
            self.name = name
            self.standard = standard
            self.isSecret = isSecret
            self.help = help
        }
    }

    /// Every key that there is.
    package static let keys = [
        Key("http.host", "127.0.0.1", "Address to listen on."),
        Key("http.port", "8080", "Port to listen on."),
        Key("http.publicURL", "", "URL under which people reach the server; default: scheme, host and port above."),
        Key("http.aliases", "", "Further origins under which the same server is reached, separated by commas."),
        Key("http.plainAllowed", "false", "Allow plain HTTP on other addresses than the loopback (behind a proxy)."),
        Key(
            "http.trustedProxies",
            "",
            "Addresses or networks (10.0.0.0/8) of proxies in front, separated by commas, that are believed."
        ),
        Key(
            "http.forwardedHeader",
            "X-Forwarded-For",
            "Where they say whom they ask for: X-Forwarded-For or Forwarded."
        ),
        Key(
            "http.connectionsPerSource",
            "512",
            "Connections from one address or IPv6 /64; trusted proxies may have more."
        ),
        Key("tls.certificateFile", "", "PEM file with the certificate chain; with tls.keyFile it turns TLS on."),
        Key("tls.keyFile", "", "PEM file with the private key."),
        Key(
            "database.path",
            "latchkey.sqlite",
            "The SQLite file, or the address of a PostgreSQL database: postgresql://…"
        ),
        Key("masterKey.file", "latchkey.key", "File with the master key, mode 0600; made on first start."),
        Key("masterKey.value", "", isSecret: true, "The master key itself, 32 bytes in Base64, instead of the file."),
        Key("session.serverName", "main", "Name of this session server in server keys."),
        Key("session.serverURL", "", "WebSocket URL of this session server; default: the public URL and /session."),
        Key(
            "session.reconnectSeconds",
            "75",
            "How long a side of a session may be away, after a lost connection or a restart of the server."
        ),
        Key(
            "session.pageMemory",
            "1024",
            "MiB that the pages of all live sessions may take, so that an agent who comes late sees the page at once."
        ),
        Key(
            "session.publicAssets",
            "visitor",
            "Where agents have pictures of other sites from: visitor, proxy (this server) or none; also 12345=none."
        ),
        Key(
            "session.loopbackAssets",
            "false",
            "For tests alone: this server may fetch such pictures from its own machine."
        ),
        Key(
            "client.installURL",
            "",
            "Where pages send agents who do not have the desktop client; empty: to ask for it."
        ),
        Key("signIn.clockTolerance", "300", "How many seconds the clocks of LoginKey makers may be ahead."),
        Key("signIn.refusalBurst", "200", "Refused sign-ins that one source may cause at once."),
        Key("signIn.refusalsPerSecond", "5", "Refused sign-ins that one source may cause a second, sustained."),
        Key("signIn.grantBurst", "5000", "Sign-ins of one group at once."),
        Key("signIn.grantsPerSecond", "2000", "Sign-ins of one group a second, sustained."),
        Key(
            "presence.connectionsPerSource",
            "50",
            "Connections of waiting visitors from one source; more behind a proxy."
        ),
        Key("presence.connectionsPerAgent", "100", "Connections by which one agent sees who is there."),
        Key("presence.connections", "50000", "Connections of visitors, and of agents, in all."),
        Key(
            "metrics.token",
            "",
            isSecret: true,
            "The bearer token with which Prometheus reads /metrics, 16 characters or more; empty: there is no /metrics."
        ),
        Key("log.level", "info", "trace, debug, info, notice, warning, error or critical."),
        Key("log.format", "text", "text, or json for one object a line."),
    ]

    private let reader: ConfigReader

    /// Reads the configuration.
    ///
    /// - Parameters:
    ///   - flags: Values from the command line, by key.
    ///   - file: A JSON file; `nil` for none.
    /// - Throws: ``CommandFailure`` if the file cannot be read, is not JSON, or holds a key that there is not.
    package init(flags: [String: String], file: String?) async throws {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Self.values(flags)),
            EnvironmentVariablesProvider(
                secretsSpecifier: .specific([
                    "LATCHKEY_MASTER_KEY_VALUE", "LATCHKEY_METRICS_TOKEN",
                ])
            )
            .prefixKeys(with: "latchkey"),
        ]
        if let file {
            try Self.checkKeys(of: file)
            providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
        }
        self.reader = ConfigReader(providers: providers)
        Self.warnOfUnknownVariables()
    }

    /// Variables that other parts of the project read, not the server's settings.
    private static let otherVariables: Set<String> = [
        "LATCHKEY_API_KEY", "LATCHKEY_IMPORT_API_KEY", "LATCHKEY_USER_PASSWORD", "LATCHKEY_CONSUMER_SECRET",
        "LATCHKEY_OIDC_CLIENT_SECRET",
        "LATCHKEY_WINDOW", "LATCHKEY_BINARY", "LATCHKEY_FUZZING",
    ]

    /// A misspelled variable would be ignored in silence.
    private static func warnOfUnknownVariables() {
        let known = Set(keys.map(\.variable)).union(otherVariables)
        let unknown = ProcessInfo.processInfo.environment.keys.filter {
            $0.hasPrefix("LATCHKEY_") && !known.contains($0)
        }
        for name in unknown.sorted() {
            let closest = keys.map(\.variable).min { distance(name, $0) < distance(name, $1) }
            let hint = closest.map {
                distance(name, $0) <= 3 ? "; did you mean \($0)?" : "; see `latchkey configuration`"
            }
            FileHandle.standardError.write(Data("Warning: \(name) is not a setting\(hint ?? "")\n".utf8))
        }
    }

    /// How many characters have to be changed, added or left out to make one text of the other.
    private static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second.utf8)
        var row = Array(0...second.count)
        for (index, byte) in first.utf8.enumerated() {
            var next = [index + 1]
            for column in second.indices {
                next.append(min(row[column] + (byte == second[column] ? 0 : 1), row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        return row[second.count]
    }

    /// A misspelled key would be ignored in silence.
    private static func checkKeys(of file: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("the configuration file \(file) cannot be read")
        }
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw CommandFailure("the configuration file \(file) is not a JSON object")
        }
        let unknown = leaves(of: object).filter { name in !keys.contains { $0.name == name } }.sorted()
        guard unknown.isEmpty else {
            throw CommandFailure(
                "the configuration file \(file) has keys that there are not: \(unknown.joined(separator: ", ")); see "
                    + "`latchkey configuration`"
            )
        }
    }

    private static func leaves(of object: [String: Any]) -> [String] {
        object.flatMap { name, value in
            (value as? [String: Any]).map { leaves(of: $0).map { "\(name).\($0)" } } ?? [name]
        }
    }

    /// The value of a key as text.
    package func text(_ name: String) throws(CommandFailure) -> String {
        guard let key = Self.keys.first(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not a documented key")
        }
        let configKey = ConfigKey(name)
        if let text = reader.string(forKey: configKey, isSecret: key.isSecret) { return text }
        if let number = reader.int(forKey: configKey) { return String(number) }
        if let flag = reader.bool(forKey: configKey) { return String(flag) }
        return key.standard
    }

    /// The value of a key as a whole number within a range.
    package func number(_ name: String, in range: ClosedRange<Int>) throws(CommandFailure) -> Int {
        let text = try text(name)
        guard let number = Int(text), range.contains(number) else {
            throw CommandFailure(
                "\(name) is \"\(text)\"; it has to be a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// The value of a key as yes or no.
    package func flag(_ name: String) throws(CommandFailure) -> Bool {
        let text = try text(name)
        guard let flag = Bool(text) else { throw CommandFailure("\(name) is \"\(text)\"; it has to be true or false") }
        return flag
    }

    /// The value of a key; `nil` if it is empty.
    package func nonEmpty(_ name: String) throws(CommandFailure) -> String? {
        let text = try text(name)
        return text.isEmpty ? nil : text
    }

    private static func values(_ flags: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in flags {
            values[AbsoluteConfigKey(ConfigKey(name))] = ConfigValue(.string(value), isSecret: false)
        }
        return values
    }
}
