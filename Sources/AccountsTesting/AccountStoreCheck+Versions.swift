internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let versions = [
        Self("changes and deletes a user only from the version that is stored") { store in
            try await Sample.makeGroup(store)
            let first = try #require(try await store.createUsers([Sample.user()], recording: Sample.event()).first)
            #expect(first.version == 1)
            var renamed = first
            renamed.lastName = "Renamed"
            let second = try await store.updateUser(renamed, recording: Sample.event())
            #expect(second.version == 2)
            var late = first
            late.email = "late@x.example"
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                try await store.updateUser(late, recording: Sample.event("late"))
            }
            let changes = [UserChange.Kind.update, .delete].map { UserChange($0, late, recording: event("late")) }
            let results = try await store.changeUsers(changes)
            #expect(results.map(code) == [.versionConflict, .versionConflict])
            #expect(try await store.users(of: first.partnerID, after: nil, limit: 10) == [second])
            #expect(try await store.auditEvents(AuditFilter()).allSatisfy { $0.detail != "late" })
            let gone = try await store.changeUsers([UserChange(.delete, second, recording: event(""))])
            #expect(try gone[0].get().version == 3)
        },
        Self("changes a group only from the version that is stored") { store in
            try await Sample.makeGroup(store)
            let first = try #require(try await store.group(Sample.partnerID()))
            var renamed = first
            renamed.name = "Renamed"
            let second = try await store.updateGroup(renamed, recording: Sample.event())
            #expect(second.version == first.version + 1)
            var late = first
            late.usePolicy = .once
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                try await store.updateGroup(late, recording: Sample.event())
            }
            #expect(try await store.group(first.partnerID) == second)
        },
        Self("changes roles only from the versions that are stored, all or none") { store in
            try await Sample.makeGroup(store)
            let partnerID = try Sample.partnerID()
            let new = ["A", "B"].map { Role(id: Role.ID(0), partnerID: partnerID, name: $0, privileges: .all) }
            let first = try await store.saveRoles(new, of: partnerID, recording: Sample.event())
            var narrowed = first[1]
            narrowed.privileges = []
            let second = try await store.updateRole(narrowed, recording: Sample.event())
            #expect(second.version == 2)
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                try await store.saveRoles(first, of: partnerID, recording: Sample.event())
            }
            #expect(try await store.roles(of: partnerID) == [first[0], second])
        },
        Self("lets one of many changes of one user win, and loses none that it has taken") { store in
            try await Sample.makeGroup(store)
            let user = try #require(try await store.createUsers([Sample.user()], recording: Sample.event()).first)
            let won = try await withThrowingTaskGroup(of: String?.self) { tasks in
                for number in 0..<20 {
                    var changed = user
                    changed.lastName = "n\(number)"
                    let change = UserChange(.update, changed, recording: event("n\(number)"))
                    tasks.addTask { try? await store.changeUsers([change])[0].get().lastName }
                }
                return try await tasks.reduce(into: [String]()) { names, name in if let name { names.append(name) } }
            }
            #expect(won.count == 1)
            let stored = try await store.users(of: user.partnerID, after: nil, limit: 1)
            #expect(stored.map(\.lastName) == won)
            #expect(try await store.auditEvents(AuditFilter(limit: 1)).map(\.detail) == won)
        },
    ]

    private static func event(_ detail: String) -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        return AuditEvent(
            time: Sample.now * 1000,
            correlationID: CorrelationID(using: &generator),
            action: .administration,
            outcome: .granted,
            detail: detail
        )
    }

    private static func code(_ result: Result<User, AccountsError>) -> AccountsError.Code? {
        guard case .failure(let error) = result else { return nil }
        return error.code
    }
}
