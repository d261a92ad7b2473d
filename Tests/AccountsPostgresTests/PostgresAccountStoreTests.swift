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
    func open(
        _ database: String,
        key: UInt8 = 1,
        mayUpdate: Bool = true,
        acceptsOtherVersions: Bool = false
    ) throws -> PostgresAccountStore {
        try PostgresAccountStore(
            address: PostgresAddress(database),
            masterKey: MasterKey(bytes: [UInt8](repeating: key, count: 32)),
            mayUpdate: mayUpdate,
            acceptsOtherVersions: acceptsOtherVersions
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

    /// Uses a credential up that can be forgotten two hours ago, by the clocks of both machines; `false` if it was used up before.
    private func spend(_ store: PostgresAccountStore, at now: Int64) async throws -> Bool {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        let event = AuditEvent(time: now * 1000, correlationID: id, action: .authenticate, outcome: .granted)
        let spent = SpentCredential(identity: [UInt8](repeating: 7, count: 32), window: 0, forgetAt: now - 7200)
        let key = AccountReference.username(try Username(parsing: "dana"))
        return try await store.evaluate(on: key, at: now) { _ in
            Evaluation(outcome: .init(value: true, event: event), spend: (spent, .init(value: false, event: event)))
        }
    }

    @Test(arguments: [(behind: Int64(0), isForgotten: true), (behind: Int64(86_400), isForgotten: false)])
    func `what was used up is forgotten by the store's own clock, when all machines' clocks have jumped`(
        behind: Int64,
        isForgotten: Bool
    ) async throws {
        let server = try SharedServer.make()
        let database = try server.makeDatabase()
        let now = Int64(Date().timeIntervalSince1970)
        try server.open(database).close()
        try server.execute("UPDATE store_clock SET seconds = \(now - behind)", in: database)
        let first = try server.open(database)
        #expect(try await spend(first, at: now))
        try first.close()
        let second = try server.open(database)
        // The first decision of a node forgets what it may, behind itself.
        #expect(try await spend(second, at: now) == isForgotten)
        try second.close()
    }
}
