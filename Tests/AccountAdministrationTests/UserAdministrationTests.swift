import AccountAdministration
import Accounts
import LoginKey
import Testing

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

    @Test func `users are imported all or none, and the audit says how many`() async throws {
        let office = try await Office()
        func new(_ name: String) throws -> User {
            User(partnerID: office.user.partnerID, partnerUserID: nil, username: try Username(parsing: name))
        }
        let good = [try new("ann"), try new("bob")]
        await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
            try await office.administration().add(good + [new("joe")])
        }
        #expect(try await office.stores[0].users(of: office.user.partnerID, after: nil, limit: 9).count == 1)
        #expect(try await office.administration().add(good).map(\.username) == good.map(\.username))
        #expect(try await office.details().last == "test: 2 users imported")
    }

    @Test func `only the operator adds administrators`() async throws {
        let office = try await Office()
        let cases: [(String, User.ID?, Bool)] = [("ann", nil, true), ("bob", office.user.id, false)]
        for (name, administrator, isMade) in cases {
            var user = User(
                partnerID: office.user.partnerID,
                partnerUserID: nil,
                username: try Username(parsing: name)
            )
            user.isAdministrator = true
            #expect(try await office.administration(by: administrator).add(user).isAdministrator == isMade)
            #expect(try await office.details().last == "test: user \(name) added")
        }
    }

    @Test func `of several changes at once, one that fails leaves the others alone`() async throws {
        let office = try await Office()
        let administration = office.administration(by: User.ID(99))
        var wanted = office.user
        wanted.email = "joe@acme.example"
        let change = try #require(try administration.change(of: office.user, to: wanted))
        let results = try await administration.carryOut([change, change])
        #expect(results.map { try? $0.get().email } == ["joe@acme.example", nil])
        #expect(throws: AccountsError(code: .versionConflict, message: "")) { try results.last?.get() }
        #expect(try await administration.carryOut([]).isEmpty)
    }
}
