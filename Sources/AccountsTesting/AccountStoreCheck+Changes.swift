internal import Accounts
internal import LoginKey
internal import Testing
internal import WireProtocol

extension AccountStoreCheck {
    static let changes = [
        Self("carries changes out together, and says of each what became of it") { store in
            try await Sample.makeGroup(store)
            let results = try await store.changeUsers([
                UserChange(.create, Sample.user("a"), recording: Sample.event("a")),
                UserChange(.create, Sample.user("b", puid: "a"), recording: Sample.event("b")),
                UserChange(.create, Sample.user("c", puid: "c\u{202E}"), recording: Sample.event("c")),
                UserChange(.create, Sample.user("d"), recording: Sample.event("d")),
            ])
            #expect(results.map { try? $0.get().username.text } == ["a", nil, nil, "d"])
            #expect(results.map(\.failureCode) == [nil, .alreadyExists, .invalidField, nil])
            #expect(
                try await store.users(matching: UserQuery(), of: Sample.partnerID()).users.map(\.username.text) == [
                    "a", "d",
                ]
            )
            #expect(try await store.auditEvents(AuditFilter(limit: 2)).map(\.detail) == ["a", "d"])
            #expect(try await store.verifyAudit().firstBroken == nil)
        },
        Self("notes when a user was added and changed") { store in
            try await Sample.makeGroup(store)
            var user = try await store.create(Sample.user())
            #expect(user.createdAt == Sample.now)
            #expect(user.modifiedAt == Sample.now)
            user.firstName = "Jo"
            var event = try Sample.event()
            event.time += 5000
            let changed = try await store.changeUsers([UserChange(.update, user, recording: event)])
            #expect(try changed[0].get().modifiedAt == Sample.now + 5)
            #expect(
                try await store.users(matching: UserQuery(), of: Sample.partnerID()).users.first?.createdAt
                    == Sample.now
            )
        },
        Self("forgets a deleted user's names, but not why they are refused") { store in
            try await Sample.makeGroup(store)
            let user = try await store.create(Sample.user())
            let gone = try await store.changeUsers([UserChange(.delete, user, recording: Sample.event())])
            #expect(try gone[0].get().state == .deleted)
            let puid = try #require(user.partnerUserID)
            let key = AccountReference.partner(user.partnerID, puid)
            #expect(try await store.snapshot(of: key, at: Sample.now)?.user?.state == .deleted)
            #expect(try await store.users(matching: UserQuery(), of: user.partnerID).total == 0)
            let again = try await store.changeUsers([UserChange(.delete, user, recording: Sample.event())])
            #expect(again[0].failureCode == .notFound)
            let successor = try await store.create(Sample.user())
            #expect(successor.id != user.id)
            #expect(try await store.snapshot(of: key, at: Sample.now)?.user?.state == .active)
            #expect(try await store.snapshot(of: .person(user.partnerID, user.id), at: Sample.now)?.user == nil)
        },
        Self("changes and deletes users of the named group only") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            var user = try await store.create(Sample.user())
            user.partnerID = try Sample.partnerID("1234")
            for kind in [UserChange.Kind.update, .delete] {
                let results = try await store.changeUsers([UserChange(kind, user, recording: Sample.event())])
                #expect(results[0].failureCode == .notFound)
            }
            #expect(try await store.users(matching: UserQuery(), of: Sample.partnerID("1234")).total == 0)
        },
        Self("gives nobody a role of another group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let role = Role(id: Role.ID(0), partnerID: try Sample.partnerID("1234"), name: "R", privileges: .all)
            let foreign = try await store.createRole(role, recording: Sample.event())
            var user = try Sample.user()
            user.roleID = foreign.id
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.createUsers([user], recording: Sample.event())
            }
            let results = try await store.changeUsers([UserChange(.create, user, recording: Sample.event())])
            #expect(results[0].failureCode == .notFound)
        },
        Self("saves and deletes roles all or none, and none that is in use") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let partnerID = try Sample.partnerID()
            let new = ["A", "B"].map { Role(id: Role.ID(0), partnerID: partnerID, name: $0, privileges: .all) }
            let roles = try await store.saveRoles(new, of: partnerID, recording: Sample.event())
            var renamed = roles[0]
            renamed.name = "C"
            let taken = Role(id: Role.ID(0), partnerID: partnerID, name: "B", privileges: .all)
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await store.saveRoles([renamed, taken], of: partnerID, recording: Sample.event())
            }
            #expect(try await store.roles(of: partnerID).map(\.name) == ["A", "B"])
            var user = try Sample.user()
            user.roleID = roles[1].id
            _ = try await store.create(user)
            #expect(try await store.roleUse(in: partnerID) == [roles[1].id: 1])
            #expect(try await store.roleUse(in: Sample.partnerID("1234")).isEmpty)
            await #expect(throws: AccountsError(code: .inUse, message: "")) {
                try await store.deleteRoles(roles.map(\.id), of: partnerID, recording: Sample.event())
            }
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.deleteRoles([roles[0].id], of: Sample.partnerID("1234"), recording: Sample.event())
            }
            #expect(try await store.roles(of: partnerID).count == 2)
            try await store.deleteRoles([roles[0].id], of: partnerID, recording: Sample.event())
            #expect(try await store.roles(of: partnerID).map(\.name) == ["B"])
        },
    ]
}

extension Result where Failure == AccountsError {
    var failureCode: AccountsError.Code? {
        guard case .failure(let error) = self else { return nil }
        return error.code
    }
}

extension AccountStore {
    func create(_ user: User) async throws -> User {
        let event = try Sample.event()
        let results = try await changeUsers([UserChange(.create, user, recording: event)])
        return try results[0].get()
    }
}
