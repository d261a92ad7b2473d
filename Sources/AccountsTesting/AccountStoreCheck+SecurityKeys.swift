internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let securityKeys = [
        Self("keeps the security keys of a user, and says at the user how many") { store in
            let user = try await Fixture.user(in: store)
            #expect(try await store.securityKeys(of: user.id).isEmpty)
            #expect(!user.hasSecurityKey)
            let factor = Fixture.factor(of: user.id)
            let first = try await store.addSecurityKey(
                Fixture.key(1, of: user.id),
                with: factor,
                of: user,
                recording: Sample.event()
            )
            let changed = try await Fixture.joe(store)
            #expect(changed.hasSecurityKey && changed.securityKeyCount == 1 && changed.secondFactorID == factor.id)
            #expect(changed.version > user.version)
            #expect(try await store.secondFactor(of: user.id, in: Sample.partnerID()) == factor)
            let second = try await Fixture.add(2, to: changed, store)
            #expect(try await store.securityKeys(of: user.id) == [first, second])
            #expect(try await store.securityKey(credentialID: second.credentialID) == second)
            #expect(try await store.securityKey(credentialID: [9]) == nil)
            #expect(try await Fixture.joe(store).securityKeyCount == 2)
            // An app beside them changes nothing about them, and who changes the user otherwise neither.
            var app = Fixture.factor(of: user.id)
            app.hasApp = true
            try await store.saveSecondFactor(app, of: Fixture.joe(store), recording: Sample.event())
            #expect(try await store.secondFactor(of: user.id, in: Sample.partnerID()) == app)
            var joe = try await Fixture.joe(store)
            joe.firstName = "Joseph"
            try await store.updateUser(joe, recording: Sample.event())
            #expect(try await store.securityKeys(of: user.id) == [first, second])
            #expect(try await Fixture.joe(store).securityKeyCount == 2)
        },
        Self("has a credential once in all groups, and so many of a user") { store in
            let user = try await Fixture.user(in: store)
            _ = try await Fixture.add(1, to: user, store, with: Fixture.factor(of: user.id))
            try await Sample.makeGroup(store, "777")
            let other = try await store.createUsers([Sample.user("eve", in: "777")], recording: Sample.event())[0]
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                _ = try await Fixture.add(1, to: other, store, with: Fixture.factor(of: other.id))
            }
            // Nothing of it is left, the second factor neither.
            #expect(try await store.secondFactor(of: other.id, in: Sample.partnerID("777")) == nil)
            for number in 2...UInt8(SecurityKey.maximumCount) {
                _ = try await Fixture.add(number, to: Fixture.joe(store), store)
            }
            await #expect(throws: AccountsError(code: .tooMany, message: "")) {
                _ = try await Fixture.add(99, to: Fixture.joe(store), store)
            }
            #expect(try await Fixture.joe(store).securityKeyCount == SecurityKey.maximumCount)
        },
        Self(
            "gives nobody a security key who has another second factor or password meanwhile, or a name it may not have"
        ) {
            store in
            let user = try await Fixture.user(in: store)
            _ = try await Fixture.add(1, to: user, store, with: Fixture.factor(of: user.id))
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                _ = try await Fixture.add(2, to: user, store, with: Fixture.factor(of: user.id))
            }
            var joe = try await Fixture.joe(store)
            joe.passwordHash = PasswordHash(text: "scrypt$x")
            let changed = joe
            await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
                _ = try await Fixture.add(2, to: changed, store)
            }
            var key = Fixture.key(2, of: user.id)
            key.name = "a\u{202E}b"
            let named = key
            await #expect(throws: AccountsError(code: .invalidField, message: "")) {
                _ = try await store.addSecurityKey(
                    named,
                    with: nil,
                    of: Fixture.joe(store),
                    recording: Sample.event()
                )
            }
            #expect(try await store.securityKeys(of: user.id).count == 1)
        },
        Self("takes a security key away, and the second factor with the last of a user without an app") { store in
            let user = try await Fixture.user(in: store)
            let first = try await Fixture.add(1, to: user, store, with: Fixture.factor(of: user.id))
            let second = try await Fixture.add(2, to: Fixture.joe(store), store)
            try await Sample.makeGroup(store, "777")
            let foreign = try Sample.partnerID("777")
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.removeSecurityKey(first.id, of: user.id, in: foreign, recording: Sample.event())
            }
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.removeSecurityKey(
                    first.id,
                    of: User.ID(user.id.number + 1),
                    in: Sample.partnerID(),
                    recording: Sample.event()
                )
            }
            try await Fixture.remove(first, store)
            #expect(try await store.securityKeys(of: user.id) == [second])
            #expect(try await Fixture.joe(store).hasSecurityKey)
            try await Fixture.remove(second, store)
            #expect(try await store.secondFactor(of: user.id, in: Sample.partnerID()) == nil)
            #expect(try await Fixture.joe(store).secondFactorID == nil)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await Fixture.remove(second, store)
            }
            // With an app, the app is left.
            let app = try await Fixture.joe(store)
            var factor = Fixture.factor(of: user.id)
            factor.hasApp = true
            try await store.saveSecondFactor(factor, of: app, recording: Sample.event())
            try await Fixture.remove(Fixture.add(3, to: Fixture.joe(store), store), store)
            #expect(try await Fixture.joe(store).secondFactorID == factor.id)
            #expect(try await Fixture.joe(store).securityKeyCount == 0)
        },
        Self("forgets the security keys with the second factor, with the user and with the group") { store in
            let user = try await Fixture.user(in: store)
            let key = try await Fixture.add(1, to: user, store, with: Fixture.factor(of: user.id))
            try await store.removeSecondFactor(of: user.id, in: Sample.partnerID(), recording: Sample.event())
            #expect(try await store.securityKey(credentialID: key.credentialID) == nil)
            #expect(try await Fixture.joe(store).securityKeyCount == 0)
            _ = try await Fixture.add(1, to: Fixture.joe(store), store, with: Fixture.factor(of: user.id))
            _ = try await store.changeUsers([UserChange(.delete, Fixture.joe(store), recording: Sample.event())])
            #expect(try await store.securityKey(credentialID: key.credentialID) == nil)
            let id = try await Sample.addUser("joe", to: store)
            _ = try await Fixture.add(1, to: Fixture.joe(store), store, with: Fixture.factor(of: id))
            try await store.deleteGroup(Sample.partnerID(), recording: Sample.event())
            #expect(try await store.securityKey(credentialID: key.credentialID) == nil)
        },
        Self("keeps of whom of a group a security key is asked") { store in
            try await Sample.makeGroup(store)
            for policy in SecondFactorPolicy.allCases.reversed() {
                var group = try #require(try await store.group(Sample.partnerID()))
                group.securityKeys = policy
                try await store.updateGroup(group, recording: Sample.event())
                let kept = try await store.group(Sample.partnerID())
                #expect(kept?.securityKeys == policy && kept?.secondFactor == .optional)
            }
        },
        Self("counts a security key's uses with the decision, and refuses where the counter does not go on") { store in
            let user = try await Fixture.user(in: store)
            let key = try await Fixture.add(1, to: user, store, with: Fixture.factor(of: user.id))
            #expect(try await Fixture.use(key, counter: 5, visit: 1, store))
            let used = try await store.securityKeys(of: user.id)[0]
            #expect(used.counter == 5 && used.lastUsedAt == Sample.now)
            for counter in [5, 4, 0] as [UInt32] {
                #expect(try await !Fixture.use(key, counter: counter, visit: UInt8(10 + counter), store))
            }
            // What was used up before counts nothing.
            #expect(try await !Fixture.use(key, counter: 9, visit: 1, store))
            #expect(try await store.securityKeys(of: user.id)[0].counter == 5)
            #expect(try await Fixture.use(key, counter: .max, visit: 2, store))
            var stranger = key
            stranger.userID = User.ID(user.id.number + 1)
            #expect(try await !Fixture.use(stranger, counter: .max, visit: 3, store))
            // One that does not count.
            let other = try await Fixture.add(2, to: Fixture.joe(store), store)
            #expect(try await Fixture.use(other, counter: 0, visit: 4, store))
            #expect(try await Fixture.use(other, counter: 0, visit: 5, store))
            try await Fixture.remove(other, store)
            #expect(try await !Fixture.use(other, counter: 0, visit: 6, store))
        },
    ]

    private enum Fixture {
        static func user(in store: any AccountStore) async throws -> User {
            try await Sample.makeGroup(store)
            _ = try await Sample.addUser("joe", to: store)
            return try await joe(store)
        }

        static func joe(_ store: any AccountStore) async throws -> User {
            let reference = try AccountReference.username(Username(parsing: "joe"))
            return try #require(try await store.snapshot(of: reference, at: Sample.now)?.user)
        }

        static func key(_ number: UInt8, of id: User.ID) -> SecurityKey {
            SecurityKey(
                userID: id,
                credentialID: [UInt8](repeating: number, count: Int(number) * 16),
                publicKey: [0xA4, number],
                algorithm: -257,
                counter: 0,
                name: "Key ✓ \(number)",
                createdAt: Sample.now
            )
        }

        static func factor(of id: User.ID) -> SecondFactor {
            var generator = SystemRandomNumberGenerator()
            return SecondFactor(
                id: SecondFactor.ID(using: &generator),
                userID: id,
                codes: OneTimeCodes(using: &generator),
                hasApp: false,
                recoveryDigests: (0..<3).map { _ in RecoveryCode(using: &generator).digest(for: id) },
                createdAt: Sample.now
            )
        }

        static func add(
            _ number: UInt8,
            to user: User,
            _ store: any AccountStore,
            with factor: SecondFactor? = nil
        ) async throws -> SecurityKey {
            try await store.addSecurityKey(
                key(number, of: user.id),
                with: factor,
                of: user,
                recording: Sample.event()
            )
        }

        static func remove(_ key: SecurityKey, _ store: any AccountStore) async throws {
            try await store.removeSecurityKey(
                key.id,
                of: key.userID,
                in: Sample.partnerID(),
                recording: Sample.event()
            )
        }

        static func use(
            _ key: SecurityKey,
            counter: UInt32,
            visit: UInt8,
            _ store: any AccountStore
        ) async throws -> Bool {
            let event = try Sample.event()
            let reference = try AccountReference.username(Username(parsing: "joe"))
            let identity = [UInt8](repeating: visit, count: 16)
            return try await store.evaluate(on: reference, at: Sample.now) { _ in
                Evaluation(
                    outcome: .init(value: true, event: event),
                    spend: (
                        SpentCredential(identity: identity, window: 0, forgetAt: Sample.now + 3600),
                        .init(value: false, event: event)
                    ),
                    usedSecurityKey: .init(id: key.id, userID: key.userID, counter: counter)
                )
            }
        }
    }
}
