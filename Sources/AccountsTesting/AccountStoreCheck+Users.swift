internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let users = [
        Self("keeps everything about a user, and finds it in three ways") { store in
            try await Sample.makeGroup(store)
            let role = try await store.createRole(
                Role(id: Role.ID(0), partnerID: Sample.partnerID(), name: "R", privileges: [.viewVideo]),
                recording: Sample.event()
            )
            var user = try Sample.user("joe@x.example", puid: "a b&c=d+e@f~g$h/?#%25 é")
            user.lastName = "Ørsted"
            user.email = "joe@x.example"
            user.phone = "+45 1"
            user.roleID = role.id
            user.passwordHash = PasswordHash(text: "scrypt$x")
            user.isAdministrator = true
            let created = try await store.createUsers([user], recording: Sample.event())
            let kept = try #require(try await store.users(of: Sample.partnerID(), after: nil, limit: 10).first)
            #expect(created == [kept])
            user.id = kept.id
            (user.createdAt, user.modifiedAt) = (Sample.now, Sample.now)
            #expect(kept == user)
            let puid = try #require(user.partnerUserID)
            for key in [
                AccountReference.partner(user.partnerID, puid), .username(user.username),
                .person(user.partnerID, user.id),
            ] {
                let snapshot = try await store.snapshot(of: key, at: Sample.now)
                #expect(snapshot?.user == user)
                #expect(snapshot?.effectivePrivileges == [.viewVideo])
            }
        },
        Self("keeps ids apart that Unicode calls equal") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers([Sample.user("one", puid: "jos\u{E9}")], recording: Sample.event())
            let key = AccountReference.partner(try Sample.partnerID(), try PartnerUserID(parsing: "jose\u{301}"))
            #expect(try await store.snapshot(of: key, at: Sample.now)?.user == nil)
        },
        Self("adds users all or none") { store in
            try await Sample.makeGroup(store)
            for users in [
                [try Sample.user("a"), try Sample.user("b"), try Sample.user("a", puid: "c")],
                [try Sample.user("a"), try Sample.user("b", puid: "a")],
                [try Sample.user("a"), try Sample.user("b", in: "777")],
            ] {
                await #expect(throws: AccountsError.self) {
                    try await store.createUsers(users, recording: Sample.event())
                }
            }
            #expect(try await store.users(of: Sample.partnerID(), after: nil, limit: 10).isEmpty)
        },
        Self("refuses text that can deceive") { store in
            try await Sample.makeGroup(store)
            for puid in ["jose\u{301}", "a\u{1}b", "a\u{202E}b", "a\u{200B}b", " a", "a\n", "\u{FEFF}a"] {
                await #expect(throws: AccountsError(code: .invalidField, message: "")) {
                    try await store.createUsers([Sample.user("x", puid: puid)], recording: Sample.event())
                }
            }
        },
        Self("changes a user of the named group only") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            _ = try await store.createUsers([Sample.user()], recording: Sample.event())
            var user = try #require(try await store.users(of: Sample.partnerID(), after: nil, limit: 1).first)
            user.state = .suspended
            try await store.updateUser(user, recording: Sample.event())
            #expect(try await store.users(of: Sample.partnerID(), after: nil, limit: 1).first?.state == .suspended)
            user.partnerID = try Sample.partnerID("1234")
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.updateUser(user, recording: Sample.event())
            }
        },
        Self("finds a Salesforce user by the id of 15 and of 18 characters, and nobody by a wrong one") { store in
            try await Sample.makeGroup(store)
            let users = [
                try Sample.user("short", puid: "0055g00000AbCdE"), try Sample.user("long", puid: "005Fk000001aBcDIAU"),
                try Sample.user("other", puid: "00QFk000001aBcD"),
            ]
            _ = try await store.createUsers(users, recording: Sample.event())
            for (puid, name) in [
                ("0055g00000AbCdE", "short"), ("0055g00000AbCdEFAV", nil), ("005Fk000001aBcDIAU", "long"),
                ("005Fk000001aBcD", "long"), ("005FK000001aBcD", nil), ("005Fk000001aBcDIAA", nil),
                ("00QFk000001aBcDIAU", nil),
            ] {
                let reference = AccountReference.partner(try Sample.partnerID(), try PartnerUserID(parsing: puid))
                let user = try await store.snapshot(of: reference, at: Sample.now)?.user
                #expect(user?.username.text == name, "\(puid)")
            }
            let other = try #require(users.first?.partnerUserID?.otherSalesforceSpelling)
            let found = try await store.snapshot(of: .partner(Sample.partnerID(), other), at: Sample.now)?.user
            #expect(found?.username.text == "short", "\(other)")
        },
        Self("has one user for both lengths of a Salesforce id, whichever comes first") { store in
            try await Sample.makeGroup(store)
            let puids = ["005Fk000001aBcDIAU", "005Fk000001aBcD"]
            for (own, other) in [(puids[0], puids[1]), (puids[1], puids[0])] {
                let first = try #require(
                    try await store.createUsers([Sample.user("a", puid: own)], recording: Sample.event()).first
                )
                await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                    try await store.createUsers([Sample.user("b", puid: other)], recording: Sample.event())
                }
                var second = try #require(
                    try await store.createUsers([Sample.user("b", puid: "b")], recording: Sample.event()).first
                )
                second.partnerUserID = try PartnerUserID(parsing: other)
                let change = try UserChange(.update, second, recording: Sample.event())
                #expect(try await store.changeUsers([change])[0].failureCode == .alreadyExists)
                // Who has changed to the other length stays one user, and is found by both.
                var changed = first
                changed.partnerUserID = try PartnerUserID(parsing: other)
                changed = try await store.updateUser(changed, recording: Sample.event())
                for puid in puids {
                    let query = UserQuery(filter: .text(.partnerUserID, .equals, puid))
                    #expect(
                        try await store.users(matching: query, of: Sample.partnerID()).users.map(\.id) == [first.id]
                    )
                }
                second = try #require(try await store.users([second.id], of: Sample.partnerID()).first)
                for user in [changed, second] {
                    let deletion = try UserChange(.delete, user, recording: Sample.event())
                    _ = try await store.changeUsers([deletion])[0].get()
                }
            }
        },
        Self("finds the user who lives where one with the id's other length was deleted") { store in
            try await Sample.makeGroup(store)
            let puids = ["005Fk000001aBcD", "005Fk000001aBcDIAU"]
            let users = try await store.createUsers([Sample.user("old", puid: puids[0])], recording: Sample.event())
            _ = try await store.changeUsers([UserChange(.delete, users[0], recording: Sample.event())])
            func find() async throws -> [User.State?] {
                var states: [User.State?] = []
                for puid in puids {
                    let key = AccountReference.partner(try Sample.partnerID(), try PartnerUserID(parsing: puid))
                    states.append(try await store.snapshot(of: key, at: Sample.now)?.user?.state)
                }
                return states
            }
            #expect(try await find() == [.deleted, .deleted])
            _ = try await store.createUsers([Sample.user("new", puid: puids[1])], recording: Sample.event())
            #expect(try await find() == [.active, .active])
        },
        Self("pages through users in the order of their ids") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers((0..<25).map { try Sample.user("u\($0)") }, recording: Sample.event())
            var seen: [String] = []
            var last: User.ID?
            repeat {
                let page = try await store.users(of: Sample.partnerID(), after: last, limit: 10)
                seen += page.map(\.username.text)
                last = page.last?.id
            } while last != nil
            #expect(seen == (0..<25).map { "u\($0)" })
        },
        Self("keeps roles apart by group and name") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            for group in ["12345", "1234"] {
                let role = Role(id: Role.ID(0), partnerID: try Sample.partnerID(group), name: "R", privileges: .all)
                _ = try await store.createRole(role, recording: Sample.event())
                await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                    try await store.createRole(role, recording: Sample.event())
                }
            }
            var role = try #require(try await store.roles(of: Sample.partnerID()).first)
            role.privileges = []
            role.summary = "nothing"
            role = try await store.updateRole(role, recording: Sample.event())
            #expect(try await store.roles(of: Sample.partnerID()) == [role])
            #expect(try await store.roles(of: Sample.partnerID("1234")).first?.privileges == .all)
        },
        Self("gives a Salesforce organisation's secrets back") { store in
            try await Sample.makeGroup(store)
            let organization = SalesforceOrganization(
                id: "00D000000000001EAA",
                partnerID: try Sample.partnerID(),
                userField: .parameter("FederationIdentifier"),
                consumerSecret: "consumer secret"
            )
            try await store.saveOrganization(organization, recording: Sample.event())
            let kept = try #require(try await store.organization(organization.id))
            #expect(kept.consumerSecret == "consumer secret")
            #expect(kept.userField == .parameter("FederationIdentifier"))
            #expect(try await store.organization("00D000000000002AAA") == nil)
            #expect(try await store.organization("00D000000000001")?.id == organization.id)
            #expect(try await store.organizations().map(\.id) == [kept.id])
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                let other = try Sample.partnerID("1234")
                try await store.removeOrganization(kept.id, of: other, recording: Sample.event())
            }
            try await store.removeOrganization(kept.id, of: kept.partnerID, recording: Sample.event())
            #expect(try await store.organizations().isEmpty)
        },
    ]
}
