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

    static let queries = [
        Self("finds users by what they are") { store in
            try await Sample.makeGroup(store)
            try await Sample.makeGroup(store, "1234")
            let partnerID = try Sample.partnerID()
            let role = try await store.createRole(
                Role(id: Role.ID(0), partnerID: partnerID, name: "Sales", privileges: .all),
                recording: Sample.event()
            )
            var ann = try Sample.user("ann", puid: "jos\u{E9}")
            ann.lastName = "O'Neil 100%_x"
            ann.email = "Ann@x.example"
            var bob = try Sample.user("bob", puid: "JOS\u{C9}")
            bob.roleID = role.id
            bob.state = .suspended
            _ = try await store.create(ann)
            _ = try await store.create(bob)
            _ = try await store.create(Sample.user("eve", in: "1234"))
            let table: [(UserFilter, [String])] = [
                (.text(.username, .equals, "ANN"), ["ann"]), (.text(.partnerUserID, .equals, "jos\u{E9}"), ["ann"]),
                (.text(.partnerUserID, .equals, "jose\u{301}"), []), (.text(.partnerUserID, .begins, "jos"), ["ann"]),
                (.text(.partnerUserID, .contains, "OS"), ["bob"]), (.text(.partnerUserID, .ends, "\u{C9}"), ["bob"]),
                (.text(.lastName, .contains, "0%_"), ["ann"]), (.text(.lastName, .contains, "%x"), []),
                (.text(.lastName, .begins, "o'n"), ["ann"]), (.text(.email, .equals, "ann@X.example"), ["ann"]),
                (.isMissing(.email), ["bob"]), (.not(.text(.email, .equals, "z")), ["ann", "bob"]),
                (.text(.roleName, .equals, "sales"), ["bob"]), (.isMissing(.roleName), ["ann"]),
                (.not(.text(.roleName, .begins, "sal")), ["ann"]), (.role(role.id), ["bob"]),
                (.isActive(true), ["ann"]), (.isActive(false), ["bob"]), (.all([]), ["ann", "bob"]), (.any([]), []),
                (.any([.text(.username, .less, "b"), .text(.username, .greaterOrEqual, "bob")]), ["ann", "bob"]),
                (.all([.text(.firstName, .equals, "joe"), .not(.isActive(true))]), ["bob"]),
                (.time(.created, .lessOrEqual, Sample.now), ["ann", "bob"]),
                (.time(.modified, .greater, Sample.now), []),
            ]
            for (filter, names) in table {
                let page = try await store.users(matching: UserQuery(filter: filter), of: partnerID)
                #expect(page.users.map(\.username.text) == names, "\(filter)")
                #expect(page.total == names.count)
            }
        },
        Self("pages through what it finds, and says how many there are") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers((0..<25).map { try Sample.user("u\($0)") }, recording: Sample.event())
            let filter = UserFilter.text(.username, .begins, "u1")
            let page = try await store.users(
                matching: UserQuery(filter: filter, offset: 2, limit: 3),
                of: Sample.partnerID()
            )
            #expect(page.users.map(\.username.text) == ["u11", "u12", "u13"])
            #expect(page.total == 11)
            let some = try await store.users(page.users.map(\.id) + [User.ID(999)], of: Sample.partnerID())
            #expect(some == page.users)
            let next = try await store.users(
                matching: UserQuery(filter: filter, after: page.users.last?.id, limit: 3),
                of: Sample.partnerID()
            )
            #expect(next.users.map(\.username.text) == ["u14", "u15", "u16"])
            #expect(next.total == 11)
            #expect(try await store.users(matching: UserQuery(limit: 0), of: Sample.partnerID()).users.isEmpty)
        },
        Self("finds and counts sessions of a group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            for (index, group) in ["12345", "12345", "12345", "1234"].enumerated() {
                var session = try Sample.session("k\(index)", id: "s\(index)", in: group)
                session.createdAt += Int64(index)
                session.visitor = Visitor(name: "V\(index)", email: "v@x.example", phone: "+1")
                try await store.createSession(session, recording: Sample.event())
                session.status = index == 1 ? .active : .completed
                session.startedAt = Sample.now + 10
                session.endedAt = index == 1 ? nil : Sample.now + 20 + Int64(index)
                session.agent = "joe"
                session.visitor.name = index == 2 ? "" : "W\(index)"
                try await store.updateSession(session, recording: Sample.event())
            }
            let group = try Sample.partnerID()
            let all = try await store.sessions(matching: SessionQuery(), of: group)
            #expect(all.map(\.id) == ["s2", "s1", "s0"])
            #expect(all.map(\.visitor.name) == ["V2", "W1", "W0"])
            #expect(all[0].visitor.email == "v@x.example")
            let open = try await store.sessions(matching: SessionQuery(agent: "joe", isOpen: true), of: group)
            #expect(open.map(\.id) == ["s1"])
            let period = SessionQuery.Period(.ended, from: Sample.now + 20, until: Sample.now + 22)
            #expect(try await store.sessions(matching: SessionQuery(period: period), of: group).map(\.id) == ["s0"])
            #expect(
                try await store.sessions(matching: SessionQuery(offset: 1, limit: 1), of: group).map(\.id) == ["s1"]
            )
            let counts = try await store.countSessions(
                matching: SessionQuery(statuses: [.completed, .active]),
                of: group,
                at: Sample.now + 40
            )
            #expect(
                counts == [
                    SessionCount(kind: .cobrowse, status: .active, count: 1, averageDuration: 30),
                    SessionCount(kind: .cobrowse, status: .completed, count: 2, averageDuration: 11),
                ]
            )
            let none = try await store.countSessions(matching: SessionQuery(kind: .video), of: group, at: Sample.now)
            #expect(none.isEmpty)
        },
    ]

    static let credentials = [
        Self("keeps access tokens of one group's users, and takes them away with the user") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let user = try await store.create(Sample.user())
            let digest = AccessToken.digest(of: "lkat_1")
            let token = AccessToken(userID: user.id, digest: digest, label: "Okta", createdAt: Sample.now, endsAt: 9)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.addAccessToken(token, of: Sample.partnerID("1234"), recording: Sample.event())
            }
            let added = try await store.addAccessToken(token, of: user.partnerID, recording: Sample.event())
            let found = try #require(try await store.accessToken(digest: digest))
            #expect(found.token == added)
            #expect(found.partnerID == user.partnerID)
            #expect(try await store.accessTokens(of: Sample.partnerID("1234")).isEmpty)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.removeAccessToken(added.id, of: Sample.partnerID("1234"), recording: Sample.event())
            }
            _ = try await store.changeUsers([UserChange(.delete, user, recording: Sample.event())])
            #expect(try await store.accessToken(digest: digest) == nil)
        },
        Self("keeps all that sign-in with a provider needs, and gives a provider new keys") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            var provider = IdentityProvider(
                partnerID: try Sample.partnerID(),
                issuer: "https://id.example",
                audience: "a",
                userClaim: "email",
                userField: .email,
                keySet: "{}",
                keySource: .init(url: "https://id.example/keys", algorithm: "PS256", certificates: "PEM"),
                signIn: ProviderSignIn(
                    name: "Example",
                    authorizationEndpoint: "https://id.example/authorize",
                    tokenEndpoint: "https://id.example/token",
                    scope: "openid email",
                    secret: ClientSecret("hush", in: .post),
                    namesItself: true
                )
            )
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            #expect(try await store.identityProviders(of: Sample.partnerID()) == [provider])
            try await store.updateKeySet(
                "{ }",
                issuer: provider.issuer,
                audience: "a",
                of: provider.partnerID,
                recording: Sample.event()
            )
            provider.keySet = "{ }"
            #expect(try await store.identityProviders(issuer: provider.issuer) == [provider])
            for (audience, group) in [("b", "12345"), ("a", "1234")] {
                await #expect(throws: AccountsError(code: .notFound, message: "")) {
                    try await store.updateKeySet(
                        "",
                        issuer: provider.issuer,
                        audience: audience,
                        of: Sample.partnerID(group),
                        recording: Sample.event()
                    )
                }
            }
            var other = provider
            other.audience = "b"
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await store.saveIdentityProvider(other, recording: Sample.event())
            }
            other.partnerID = try Sample.partnerID("1234")
            try await store.saveIdentityProvider(other, recording: Sample.event())
            #expect(try await store.identityProviders(of: other.partnerID) == [other])
            provider.signIn?.secret = nil
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            #expect(try await store.identityProviders(of: Sample.partnerID()) == [provider])
            provider.saml = SAMLTrust(certificates: "PEM", ownCertificate: "PEM", allowsUnsolicited: true)
            provider.enrolment = UserEnrolment(
                createsUsers: true,
                claims: .init(username: "uid"),
                groupsClaim: "groups",
                roles: [.init(group: "support", role: "Agents")],
                otherRole: "Guests"
            )
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            #expect(try await store.identityProviders(of: Sample.partnerID()) == [provider])
            (provider.saml, provider.enrolment) = (nil, nil)
            (provider.keySource, provider.signIn) = (nil, nil)
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            #expect(try await store.identityProviders(of: Sample.partnerID()) == [provider])
        },
        Self("keeps whether a group's users may have passwords") { store in
            try await Sample.makeGroup(store)
            var group = try #require(try await store.group(Sample.partnerID()))
            #expect(group.allowsPasswords)
            group.allowsPasswords = false
            group = try await store.updateGroup(group, recording: Sample.event())
            #expect(try await store.group(Sample.partnerID()) == group)
        },
        Self("keeps identity providers apart by issuer and audience") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            var provider = IdentityProvider(
                partnerID: try Sample.partnerID(),
                issuer: "https://id.example",
                audience: "a",
                userClaim: "sub",
                keySet: "{}"
            )
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            provider.keySet = "{ }"
            try await store.saveIdentityProvider(provider, recording: Sample.event())
            #expect(try await store.identityProviders(issuer: "https://id.example") == [provider])
            var foreign = provider
            foreign.partnerID = try Sample.partnerID("1234")
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await store.saveIdentityProvider(foreign, recording: Sample.event())
            }
            foreign.audience = "b"
            try await store.saveIdentityProvider(foreign, recording: Sample.event())
            #expect(try await store.identityProviders(issuer: "https://id.example").count == 2)
            #expect(try await store.identityProviders(of: Sample.partnerID()) == [provider])
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.removeIdentityProvider(
                    issuer: foreign.issuer,
                    audience: "b",
                    of: Sample.partnerID(),
                    recording: Sample.event()
                )
            }
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
    fileprivate func create(_ user: User) async throws -> User {
        let event = try Sample.event()
        let results = try await changeUsers([UserChange(.create, user, recording: event)])
        return try results[0].get()
    }
}
