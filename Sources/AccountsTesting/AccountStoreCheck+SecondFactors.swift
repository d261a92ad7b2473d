internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let secondFactors = [
        Self("keeps one second factor of a user, and says at the user which") { store in
            try await Sample.makeGroup(store)
            let id = try await Sample.addUser("joe", to: store)
            #expect(try await store.secondFactor(of: id, in: Sample.partnerID()) == nil)
            for _ in 0..<2 {
                let user = try await joe(store)
                let factor = factor(of: id)
                try await store.saveSecondFactor(factor, of: user, recording: Sample.event())
                #expect(try await store.secondFactor(of: id, in: Sample.partnerID()) == factor)
                let changed = try await joe(store)
                #expect(changed.secondFactorID == factor.id && changed.version == user.version + 1)
            }
            // Who changes the user otherwise leaves it alone.
            var user = try await joe(store)
            user.firstName = "Joseph"
            try await store.updateUser(user, recording: Sample.event())
            #expect(try await joe(store).secondFactorID == user.secondFactorID)
            try await store.removeSecondFactor(of: id, in: Sample.partnerID(), recording: Sample.event())
            #expect(try await store.secondFactor(of: id, in: Sample.partnerID()) == nil)
            #expect(try await joe(store).secondFactorID == nil)
        },
        Self("gives nobody a second factor who has got another one, or another password, meanwhile") { store in
            try await Sample.makeGroup(store)
            let id = try await Sample.addUser("joe", to: store)
            var user = try await joe(store)
            try await store.saveSecondFactor(factor(of: id), of: user, recording: Sample.event())
            let stored = try await joe(store).secondFactorID
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                try await store.saveSecondFactor(factor(of: id), of: user, recording: Sample.event())
            }
            user = try await joe(store)
            user.passwordHash = PasswordHash(text: "scrypt$x")
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                try await store.saveSecondFactor(factor(of: id), of: user, recording: Sample.event())
            }
            #expect(try await joe(store).secondFactorID == stored)
            #expect(try await store.secondFactor(of: id, in: Sample.partnerID())?.id == stored)
        },
        Self("forgets the second factor of a user who is deleted, and of a group") { store in
            try await Sample.makeGroup(store)
            let id = try await Sample.addUser("joe", to: store)
            try await store.saveSecondFactor(factor(of: id), of: joe(store), recording: Sample.event())
            _ = try await store.changeUsers([UserChange(.delete, joe(store), recording: Sample.event())])
            #expect(try await store.secondFactor(of: id, in: Sample.partnerID()) == nil)
            let other = try await Sample.addUser("joe", to: store)
            try await store.saveSecondFactor(factor(of: other), of: joe(store), recording: Sample.event())
            try await store.deleteGroup(Sample.partnerID(), recording: Sample.event())
            #expect(try await store.groups().isEmpty)
        },
        Self("keeps who of a group needs a second factor") { store in
            try await Sample.makeGroup(store)
            for policy in SecondFactorPolicy.allCases.reversed() {
                var group = try #require(try await store.group(Sample.partnerID()))
                group.secondFactor = policy
                try await store.updateGroup(group, recording: Sample.event())
                #expect(try await store.group(Sample.partnerID())?.secondFactor == policy)
            }
        },
        Self("uses two credentials up together, and refuses if either was used") { store in
            try await Sample.makeGroup(store)
            #expect(try await spend(1, 2, store))
            #expect(try await !spend(1, 3, store))
            #expect(try await !spend(4, 2, store))
            #expect(try await spend(5, 6, store))
        },
    ]

    private static func joe(_ store: any AccountStore) async throws -> User {
        let reference = try AccountReference.username(Username(parsing: "joe"))
        return try #require(try await store.snapshot(of: reference, at: Sample.now)?.user)
    }

    private static func factor(of id: User.ID) -> SecondFactor {
        var generator = SystemRandomNumberGenerator()
        return SecondFactor(
            id: SecondFactor.ID(using: &generator),
            userID: id,
            codes: OneTimeCodes(using: &generator),
            recoveryDigests: (0..<3).map { _ in RecoveryCode(using: &generator).digest(for: id) },
            createdAt: Sample.now
        )
    }

    private static func spend(_ first: UInt8, _ second: UInt8, _ store: any AccountStore) async throws -> Bool {
        let event = try Sample.event()
        let reference = try AccountReference.username(Username(parsing: "nobody"))
        func credential(_ number: UInt8) -> SpentCredential {
            SpentCredential(identity: [UInt8](repeating: number, count: 16), window: 0, forgetAt: Sample.now + 3600)
        }
        let (one, other) = (credential(first), credential(second))
        return try await store.evaluate(on: reference, at: Sample.now) { _ in
            Evaluation(
                outcome: .init(value: true, event: event),
                spend: (one, .init(value: false, event: event)),
                alsoSpends: other
            )
        }
    }
}
