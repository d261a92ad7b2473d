internal import Accounts
internal import ArgumentParser
internal import ServerApp

/// `latchkey backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a backup of the database while the server runs.",
        discussion: """
            The file is a complete database, and FILE.sha256 beside it has its checksum. The master key is not in it: \
            keep a copy of that file elsewhere. Without it a backup is useless to everybody, including you.

            Example:
              latchkey backup /var/backups/latchkey-monday.sqlite
            """
    )

    private struct Report: Encodable {
        let file: String
        let bytes: Int
        let sha256: String
        let masterKey: String
    }

    @Argument(help: "The file to write; it must not exist yet.") var file: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let event = Administration.event("backup \(file) written", in: nil)
        let backup = DatabaseBackup(path: file, settings: try await store.settings())
        let (bytes, checksum, masterKey) = try await backup.write(recording: event)
        try output.print(
            Report(file: file, bytes: bytes, sha256: checksum, masterKey: masterKey),
            text:
                "Wrote \(file), \(bytes) bytes. The master key \(masterKey) is not in it: keep a copy of it elsewhere."
        )
    }
}

/// `latchkey restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Replace the database with a backup; the server must be stopped.",
        discussion: """
            The backup is checked first: its checksum, the whole file, and whether the master key belongs to it. LoginKeys \
            that were used since the backup was made can be used again until they expire.

            Example:
              latchkey restore /var/backups/latchkey-monday.sqlite --replace
            """
    )

    private struct Report: Encodable {
        let file: String
        let replaced: String?
    }

    @Argument(help: "The backup, with FILE.sha256 beside it.") var file: String
    @Flag(help: "Move an existing database aside.") var replace = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let event = Administration.event("backup \(file) restored", in: nil)
        let backup = DatabaseBackup(path: file, settings: try await store.settings())
        let old = try await backup.restore(mayReplace: replace, recording: event)
        try output.print(
            Report(file: file, replaced: old),
            text: "Restored \(file)." + (old.map { " The old database is \($0) now." } ?? "")
        )
    }
}
