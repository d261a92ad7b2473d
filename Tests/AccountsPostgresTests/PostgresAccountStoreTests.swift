import Accounts
import AccountsPostgres
import AccountsSQL
import AccountsTesting
import Foundation
import LoginKey
import TestSupport
import Testing

/// The server that all of these tests share; each has a database of its own.
enum SharedServer {
    private static let server = Result { try PostgresServer(settings: ["fsync=off"]) }

    static func make() throws -> PostgresServer { try server.get() }
}

extension PostgresServer {
    func open(_ database: String, key: UInt8 = 1, mayUpdate: Bool = true) throws -> PostgresAccountStore {
        try PostgresAccountStore(
            address: PostgresAddress(database),
            masterKey: MasterKey(bytes: [UInt8](repeating: key, count: 32)),
            mayUpdate: mayUpdate
        )
    }
}

@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct PostgresAccountStoreTests {
    static let now: Int64 = 1_700_000_000

    @Test(arguments: AccountStoreCheck.all)
    func `keeps the promises of a store`(_ check: AccountStoreCheck) async throws {
        let server = try SharedServer.make()
        let store = try server.open(server.makeDatabase())
        try await check.run(store)
        try store.close()
    }
}
