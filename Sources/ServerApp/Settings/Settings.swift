internal import Configuration
internal import Foundation
internal import SystemPackage

/// The settings of a server and of the commands that work on its store.
///
/// Flags win over the environment (`LATCHKEY_` and the key in upper snake case), the environment over the file, the
/// file over the defaults. This is the one place where keys are named.
package struct Settings: Sendable {
    /// One documented key.
    package struct Key: Hashable, Sendable {
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

        /// Two keys are the same if their names are.
        package static func == (left: Self, right: Self) -> Bool { left.name == right.name }

        /// Hashes what is compared.
        package func hash(into hasher: inout Hasher) { hasher.combine(name) }

        init(_ name: String, _ standard: String, isSecret: Bool = false, _ help: String) {
            self.name = name
            self.standard = standard
            self.isSecret = isSecret
            self.help = help
        }
    }

    private let reader: ConfigReader

    /// Reads the configuration.
    ///
    /// - Parameters:
    ///   - flags: Values from the command line, by key.
    ///   - file: A JSON file; `nil` for none.
    /// - Throws: ``CommandFailure`` if the file cannot be read, is not JSON, or holds an unknown key.
    package init(flags: [Key: String], file: String?) async throws {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Self.values(flags)),
            EnvironmentVariablesProvider(
                secretsSpecifier: .specific(Set(Key.all.filter(\.isSecret).map(\.variable)))
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

    /// A misspelled variable would be silently ignored.
    private static func warnOfUnknownVariables() {
        let known = Set(Key.all.map(\.variable)).union(otherVariables)
        let unknown = ProcessInfo.processInfo.environment.keys.filter {
            $0.hasPrefix("LATCHKEY_") && !known.contains($0)
        }
        for name in unknown.sorted() {
            let closest = Key.all.map(\.variable).min { distance(name, $0) < distance(name, $1) }
            let hint = closest.map {
                distance(name, $0) <= 3 ? "; did you mean \($0)?" : "; see `latchkey configuration`"
            }
            FileHandle.standardError.write(Data("Warning: \(name) is not a setting\(hint ?? "")\n".utf8))
        }
    }

    /// How many characters must be changed, added or left out to turn one text into the other.
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

    /// A misspelled key would be silently ignored.
    private static func checkKeys(of file: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("the configuration file \(file) cannot be read")
        }
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw CommandFailure("the configuration file \(file) is not a JSON object")
        }
        let unknown = leaves(of: object).filter { name in !Key.all.contains { $0.name == name } }.sorted()
        guard unknown.isEmpty else {
            throw CommandFailure(
                "the configuration file \(file) has unknown keys: \(unknown.joined(separator: ", ")); see "
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
    package func text(_ key: Key) -> String {
        let configKey = ConfigKey(key.name)
        if let text = reader.string(forKey: configKey, isSecret: key.isSecret) { return text }
        if let number = reader.int(forKey: configKey) { return String(number) }
        if let flag = reader.bool(forKey: configKey) { return String(flag) }
        return key.standard
    }

    /// The value of a key as a whole number within a range.
    package func number(_ key: Key, in range: ClosedRange<Int>) throws(CommandFailure) -> Int {
        let text = text(key)
        guard let number = Int(text), range.contains(number) else {
            throw CommandFailure(
                "\(key.name) is \"\(text)\"; it has to be a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// The value of a key as yes or no.
    package func flag(_ key: Key) throws(CommandFailure) -> Bool {
        let text = text(key)
        guard let flag = Bool(text) else {
            throw CommandFailure("\(key.name) is \"\(text)\"; it has to be true or false")
        }
        return flag
    }

    /// The value of a key; `nil` if it is empty.
    package func nonEmpty(_ key: Key) -> String? {
        let text = text(key)
        return text.isEmpty ? nil : text
    }

    private static func values(_ flags: [Key: String]) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in flags {
            values[AbsoluteConfigKey(ConfigKey(key.name))] = ConfigValue(.string(value), isSecret: false)
        }
        return values
    }
}
