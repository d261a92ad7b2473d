internal import Accounts
internal import AccountsSQLite
internal import ArgumentParser
internal import Foundation

/// Where the store is; shared by all commands.
struct StoreOptions: ParsableArguments {
    @Option(help: "JSON configuration file.")
    var config: String?

    @Option(help: "The SQLite file (key database.path).")
    var database: String?

    @Option(help: "The master key file (key masterKey.file).")
    var masterKeyFile: String?

    /// The flags by configuration key.
    var flags: [String: String] {
        var flags: [String: String] = [:]
        flags["database.path"] = database
        flags["masterKey.file"] = masterKeyFile
        return flags
    }

    func settings(adding others: [String: String] = [:]) async throws -> Settings {
        try await Settings(flags: flags.merging(others) { _, newer in newer }, file: config)
    }

    func open() async throws -> any AccountStore {
        try await settings().openStore()
    }
}

extension Settings {
    /// The master key: from the configuration, or from its file.
    func masterKey() throws -> MasterKey {
        if let text = try nonEmpty("masterKey.value") { return try MasterKey(base64: text) }
        let isNewStore = !FileManager.default.fileExists(atPath: try text("database.path"))
        return try MasterKeyFile(path: text("masterKey.file")).read(mayCreate: isNewStore)
    }

    /// Opens the store.
    func openStore() throws -> any AccountStore {
        try SQLiteAccountStore(path: text("database.path"), masterKey: masterKey())
    }
}
