internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import WireCodec

/// Where the store is; shared by all commands.
struct StoreOptions: ParsableArguments {
    @Option(help: "JSON configuration file.")
    var config: String?

    @Option(help: "The SQLite file, or postgresql://USER@HOST/DATABASE (key database.path).")
    var database: String?

    @Option(help: "The master key file (key masterKey.file).")
    var masterKeyFile: String?

    /// The flags by configuration key.
    var flags: [Settings.Key: String] {
        var flags: [Settings.Key: String] = [:]
        flags[.databasePath] = database
        flags[.masterKeyFile] = masterKeyFile
        return flags
    }

    func settings(adding others: [Settings.Key: String] = [:]) async throws -> Settings {
        try await Settings(flags: flags.merging(others) { _, newer in newer }, file: config)
    }

    func open(_ opening: DatabaseFile.Opening = .existing) async throws -> any AccountStore {
        try await settings().openStore(opening)
    }

    /// Opens the store for a command about a group that must exist, and says where the server is reached.
    func open(for group: PartnerID) async throws -> (store: any AccountStore, publicURL: ServerURL) {
        let settings = try await settings()
        let publicURL = try settings.publicURL()
        let store = try settings.openStore(.existing)
        _ = try await store.requireGroup(group)
        return (store, publicURL)
    }
}
