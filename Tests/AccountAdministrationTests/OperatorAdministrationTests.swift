import AccountAdministration
import Accounts
import LoginKey
import Testing
import WireProtocol

/// What the operator takes away or ends: clients, second factors, security keys and sessions.
@Suite struct OperatorAdministrationTests {
    private static let now: Int64 = 1_700_000_000
    private let administrator = Administrator(nil, recording: Office.event)

    @Test func `all clients of a user are disconnected, and counted`() async throws {
        let office = try await Office()
        let store = office.stores[0]
        let clients = ClientAdministration(store: store, by: administrator)
        let key = try #require(ClientKey(String(repeating: "A", count: 43)))
        try await store.enrollClient(
            EnrolledClient(key: key, enrolledAt: Self.now),
            for: office.user.id,
            of: office.user.partnerID,
            launch: .none,
            recording: Office.event
        )
        for count in [1, 0] {
            #expect(try await clients.disconnectAll(of: office.user) == count)
            #expect(try await office.details().last == "\(count) clients of joe disconnected")
        }
        #expect(try await store.enrolledClients(of: office.user.id).isEmpty)
    }

    @Test func `a security key is taken away, and a second factor with all`() async throws {
        let office = try await Office()
        let (store, user) = (office.stores[0], office.user)
        let factors = SecondFactorAdministration(store: store, by: administrator)
        let keys = [try await addKey(1, in: office), try await addKey(2, in: office)]
        try await factors.remove(keys[0], of: user)
        #expect(try await office.details().last == "security key \(keys[0]) of joe taken away")
        await #expect(throws: AccountsError(code: .notFound, message: "")) {
            try await factors.remove(keys[0], of: user)
        }
        #expect(try await store.securityKeys(of: user.id).map(\.id) == [keys[1]])
        try await factors.reset(of: user)
        #expect(try await office.details().last == "second factor of joe taken away")
        #expect(try await store.securityKeys(of: user.id).isEmpty)
        #expect(try await store.secondFactor(of: user.id, in: user.partnerID) == nil)
    }

    private func addKey(_ number: UInt8, in office: Office) async throws -> SecurityKey.ID {
        let user = try await office.stored()
        let key = SecurityKey(
            userID: user.id,
            credentialID: Array(repeating: number, count: 16),
            publicKey: [0xA4, number],
            algorithm: -257,
            counter: 0,
            name: "Key",
            createdAt: Self.now
        )
        var generator = SystemRandomNumberGenerator()
        let factor = SecondFactor(
            id: SecondFactor.ID(using: &generator),
            userID: user.id,
            codes: OneTimeCodes(using: &generator),
            hasApp: false,
            recoveryDigests: [Array(repeating: 1, count: 32)],
            createdAt: Self.now
        )
        let first = user.secondFactorID == nil ? factor : nil
        return try await office.stores[0].addSecurityKey(key, with: first, of: user, recording: Office.event).id
    }

    @Test func `a session is asked to end, unless it is over`() async throws {
        let office = try await Office()
        let store = office.stores[0]
        let sessions = SessionAdministration(store: store, by: administrator)
        var session = SessionRecord(
            id: "s1",
            partnerID: office.user.partnerID,
            key: try #require(SessionKey("4711")),
            kind: .cobrowse,
            owner: .visitor,
            status: .active,
            server: "main",
            createdAt: Self.now,
            correlationID: .none
        )
        try await store.createSession(session, recording: Office.event)
        try await sessions.end(session)
        #expect(try await store.sessionsToEnd(on: "main") == [session])
        #expect(try await office.details().last == "session s1 is to end")
        session.status = .killed
        let error = await #expect(throws: AccountsError.self) { try await sessions.end(session) }
        #expect(error?.code == .notFound && error?.message == "session s1 is over already (killed)")
    }
}
