internal import Accounts
internal import AccountsSQL

/// A table that says that rows of another database are being moved into this one, and of which.
struct MoveMark {
    /// Takes it away; within the transaction that ends the move.
    static let removal = PostgresConnection.Command(.once("DROP TABLE latchkey_move"))

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Whether a move was begun and is not finished.
    var isSet: Bool {
        get throws { try tables().contains("latchkey_move") }
    }

    /// Sets the mark, for as long as the connection lasts the only one who does so.
    ///
    /// - Parameter source: The content that is moved.
    /// - Returns: Whether it was set before, for the same content.
    /// - Throws: ``AccountsError/Code/alreadyExists`` if anything else is in the database, ``AccountsError/Code/inUse`` if
    ///   somebody else moves into it, and ``PostgresError``.
    func set(for source: [UInt8]) throws -> Bool {
        try lock()
        guard try !isSet else {
            guard try connection.run("SELECT source FROM latchkey_move").map({ $0.bytes(0) }) == [source] else {
                throw Self.refusal(
                    "holds a part of another database, or of the same before it was changed: name an empty one"
                )
            }
            return true
        }
        guard try tables().isEmpty else { throw Self.refusal("holds tables already: name an empty one") }
        _ = try connection.run([
            .init("BEGIN"), .init(.once("CREATE TABLE latchkey_move (source BYTEA NOT NULL)")),
            .init(.once("INSERT INTO latchkey_move (source) VALUES (?)"), [source]), .init("COMMIT"),
        ])
        return false
    }

    /// What a killed move has left under way ends within seconds.
    private func lock() throws {
        do {
            _ = try connection.run([
                .init("SET lock_timeout = '10s'"), .init("SELECT pg_advisory_lock(?)", [AdvisoryLock.move]),
                .init("SET lock_timeout = 0"),
            ])
        } catch let error as PostgresError where error.state == "55P03" {
            throw AccountsError(code: .inUse, message: "another move into it is under way", cause: error)
        }
    }

    private func tables() throws -> [String] {
        try connection.run("SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))")
            .map { $0.string(0) }
    }

    private static func refusal(_ reason: String) -> AccountsError {
        AccountsError(code: .alreadyExists, message: reason)
    }
}
