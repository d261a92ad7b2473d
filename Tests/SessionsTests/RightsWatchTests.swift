import Accounts
import AccountsSQL
import AccountsSQLite
import Logging
import LoginKey
import Synchronization
import TestSupport
import Testing

@testable import Sessions

/// An agent whose right has ended is found by the look that follows, whenever they have come.
@Suite struct RightsWatchTests {
    private let folder: TemporaryFolder
    private let store: StoreThatFails
    private let watch: RightsWatch

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = StoreThatFails(try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey))
        watch = RightsWatch(store: store, logger: Logger(label: "test"))
        let group = Group(partnerID: try PartnerID(parsing: "12345"), name: "Office")
        try await store.store.createGroup(group, recording: Self.event())
    }

    private static func event() -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        return AuditEvent(
            time: 0,
            correlationID: CorrelationID(using: &generator),
            action: .administration,
            outcome: .granted
        )
    }

    private func makeUser(_ name: String) async throws -> User {
        let user = User(
            partnerID: try PartnerID(parsing: "12345"),
            partnerUserID: try PartnerUserID(parsing: name),
            username: try Username(parsing: name)
        )
        return try await store.store.createUsers([user], recording: Self.event())[0]
    }

    private func suspend(_ user: User) async throws {
        var user = user
        user.state = .suspended
        try await store.store.updateUser(user, recording: Self.event())
    }

    /// Whom the next look is for; `nil` for everybody.
    private func look() async -> Set<User.ID>? {
        var users: Set<User.ID>?
        await watch.look { affected in if case .users(let found) = affected { users = found } }
        return users
    }

    @Test func `looks at everybody first, and then at those who have changed or come`() async throws {
        let (joe, ann, noor) = (try await makeUser("joe"), try await makeUser("ann"), try await makeUser("noor"))
        #expect(await look() == nil)
        #expect(await look() == [])
        try await suspend(joe)
        // Her right was read before she came in.
        watch.arrive(ann.id)
        #expect(await look() == [joe.id, ann.id])
        #expect(await look() == [])
        try await suspend(noor)
        #expect(await look() == [noor.id])
    }

    @Test func `looks at everybody again once a minute`() async {
        var looks: [Bool] = []
        for _ in 0..<121 { looks.append(await look() == nil) }
        #expect(looks.indices.filter { looks[$0] } == [0, 60, 120])
    }

    @Test func `looks at everybody once in three seconds, however often keys and roles are changed`() async throws {
        let joe = try await makeUser("joe")
        var looks: [Bool] = []
        for number in 0..<7 {
            let role = Role(id: Role.ID(0), partnerID: joe.partnerID, name: "\(number)", privileges: [])
            _ = try await store.store.createRole(role, recording: Self.event())
            looks.append(await look() == nil)
        }
        #expect(looks == [true, false, false, true, false, false, true])
        #expect(await look() == [])
        #expect(await look() == [])
    }

    @Test func `hears of a suspension that comes with other changes`() async throws {
        let joe = try await makeUser("joe")
        _ = await look()
        try await suspend(joe)
        _ = try await store.store.createRole(
            Role(id: Role.ID(0), partnerID: joe.partnerID, name: "R", privileges: []),
            recording: Self.event()
        )
        var heard: [Set<User.ID>?] = []
        for _ in 0..<3 { heard.append(await look()) }
        #expect(heard.contains(nil))
    }

    @Test(arguments: [true, false])
    func `looks at everybody again after a look that has failed`(_ isStoreDown: Bool) async throws {
        let joe = try await makeUser("joe")
        _ = await look()
        watch.arrive(joe.id)
        if isStoreDown {
            store.isDown.store(true, ordering: .relaxed)
            _ = await look()
            store.isDown.store(false, ordering: .relaxed)
        } else {
            await watch.look { _ throws(AccountsError) in throw AccountsError(code: .storeUnavailable, message: "") }
        }
        #expect(await look() == nil)
        #expect(await look() == [])
    }
}

/// A store that cannot be reached for a while.
private final class StoreThatFails: DecisionStore {
    let store: SQLiteAccountStore
    let isDown = Atomic(false)

    init(_ store: SQLiteAccountStore) {
        self.store = store
    }

    func rightsChanges(since cursor: RightsCursor?) async throws(AccountsError) -> RightsChanges {
        guard !isDown.load(ordering: .relaxed) else { throw AccountsError(code: .storeUnavailable, message: "") }
        return try await store.rightsChanges(since: cursor)
    }

    func perform(_ transaction: any AuthenticationTransaction) {
        store.perform(transaction)
    }

    func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot? {
        try await store.snapshot(of: key, at: now)
    }

    func snapshots(of users: Set<User.ID>, at now: Int64) async throws(AccountsError) -> [User.ID: AccountSnapshot] {
        try await store.snapshots(of: users, at: now)
    }

    func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64? {
        try await store.firstUse(of: key)
    }
}
