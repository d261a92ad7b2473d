import AccountAdministration
import Accounts
import AccountsSQLite
import LoginKey
import TestSupport
import Testing

/// A store that two processes have open, and a user in it.
private struct Office {
    let folder: TemporaryFolder
    let stores: [any AccountStore]
    let user: User

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        let path = folder.path + "/latchkey.sqlite"
        stores = [
            try SQLiteAccountStore(path: path, masterKey: masterKey),
            try SQLiteAccountStore(path: path, masterKey: masterKey),
        ]
        let partnerID = try PartnerID(parsing: "12345")
        try await stores[0].createGroup(Group(partnerID: partnerID, name: "Office"), recording: Self.event)
        let new = User(partnerID: partnerID, partnerUserID: nil, username: try Username(parsing: "joe"))
        user = try #require(try await stores[0].createUsers([new], recording: Self.event).first)
    }

    static var event: AuditEvent {
        AuditEvent(time: 1_700_000_000_000, correlationID: .none, action: .administration, outcome: .granted)
    }

    func administration(_ index: Int = 0, by userID: User.ID? = nil) -> UserAdministration {
        UserAdministration(store: stores[index], by: Administrator(userID, recording: Self.event, by: "test"))
    }

    func stored(in index: Int = 0) async throws -> User {
        try #require(try await stores[index].users(of: user.partnerID, after: nil, limit: 1).first)
    }
}

@Suite struct UserAdministrationTests {
    @Test func `of two processes that change one user, the later one is told, and nothing is lost`() async throws {
        let office = try await Office()
        var (first, second) = (office.user, office.user)
        first.email = "joe@acme.example"
        second.phone = "+1 201 555 0123"
        let changes = [
            try #require(try office.administration().change(of: office.user, to: first)),
            try #require(try office.administration(1).change(of: office.user, to: second)),
        ]
        try await office.administration(0).carryOut(changes[0])
        await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
            try await office.administration(1).carryOut(changes[1])
        }
        #expect(try await office.stored().email == first.email)
        let again = try await office.administration(1)
            .update {
                try await office.stored(in: 1)
            } _: { user in
                user.phone = second.phone
            }
        #expect(again.email == first.email && again.phone == second.phone && again.version == 3)
        #expect(try await office.stored() == again)
    }

    @Test func `changes of two processes at once are all there in the end`() async throws {
        let office = try await Office()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<8 {
                tasks.addTask {
                    _ = try await office.administration(index % 2)
                        .update {
                            try await office.stored(in: index % 2)
                        } _: { user in
                            user.lastName += "\(index)"
                        }
                }
            }
            try await tasks.waitForAll()
        }
        let user = try await office.stored()
        #expect(user.lastName.sorted() == Array("01234567"))
        #expect(user.version == 9)
    }

    @Test func `administrators neither suspend nor delete themselves, and make no administrators`() async throws {
        let office = try await Office()
        let own = office.administration(by: office.user.id)
        var wanted = office.user
        wanted.state = .suspended
        #expect(throws: AccountsError(code: .ownAccount, message: "")) {
            try own.change(of: office.user, to: wanted)
        }
        #expect(throws: AccountsError(code: .ownAccount, message: "")) { try own.deletion(of: office.user) }
        wanted = office.user
        wanted.isAdministrator = true
        #expect(try own.change(of: office.user, to: wanted) == nil)
        let granted = try office.administration().change(of: office.user, to: wanted)
        #expect(granted?.user.isAdministrator == true)
        #expect(granted?.event.detail == "test: user joe changed: an administrator")
    }

    @Test func `a new password lets a locked out user sign in again, whoever sets it`() async throws {
        let office = try await Office()
        var locked = office.user
        locked.state = .lockedOut
        for by in [User.ID(99), nil] {
            var wanted = locked
            wanted.email = "x@acme.example"
            let administration = office.administration(by: by)
            #expect(try administration.change(of: locked, to: wanted)?.user.state == .lockedOut)
            wanted.passwordHash = PasswordHash(text: "new")
            let change = try #require(try administration.change(of: locked, to: wanted))
            #expect(change.user.state == .active)
            #expect(change.event.detail == "test: user joe changed: now active, password set")
        }
    }
}
