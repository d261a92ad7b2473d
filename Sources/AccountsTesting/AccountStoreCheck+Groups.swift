internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let groups = [
        Self("keeps everything about a group") { store in
            var group = Group(
                partnerID: try Sample.partnerID(),
                name: "Brücke & Söhne",
                site: .staging,
                privileges: [.joinCobrowseSessions, .viewVideo],
                embeddingOrigins: ["https://a.example", "https://b.example:8443"].compactMap { Origin($0) },
                usePolicy: .once,
                masks: MaskSelectors(selectors: [".salary", #"input[name="a, b"] > é"#], everything: true)
            )
            try await store.createGroup(group, recording: Sample.event())
            #expect(try await store.group(group.partnerID) == group)
            group.name = "Changed"
            group.usePolicy = .off
            group.embeddingOrigins = []
            group.requiresVersion2Keys = true
            group.masks = MaskSelectors(selectors: ["#notes"])
            group = try await store.updateGroup(group, recording: Sample.event())
            #expect(try await store.group(group.partnerID) == group)
            #expect(try await store.groups() == [group])
        },
        Self("takes a PartnerId once, and finds it as exact text") { store in
            try await Sample.makeGroup(store, "12345")
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await Sample.makeGroup(store, "12345")
            }
            #expect(try await store.group(Sample.partnerID("012345")) == nil)
            #expect(try await store.group(Sample.partnerID("1234")) == nil)
        },
        Self("does not change a group that is not there") { store in
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                let group = Group(partnerID: try Sample.partnerID(), name: "x")
                try await store.updateGroup(group, recording: Sample.event())
            }
        },
        Self("deletes a group with all that belongs to it, and nothing of another group") { store in
            for id in ["12345", "1234"] {
                try await Sample.makeGroup(store, id)
                let partnerID = try Sample.partnerID(id)
                _ = try await store.addAPIKey(
                    Sample.apiKey(id),
                    label: "",
                    to: partnerID,
                    at: Sample.now,
                    recording: Sample.event()
                )
                _ = try await store.createUsers([Sample.user("joe\(id)", in: id)], recording: Sample.event())
                try await store.createSession(Sample.session(id: "s\(id)", in: id), recording: Sample.event())
            }
            let partnerID = try Sample.partnerID()
            try await store.deleteGroup(partnerID, recording: Sample.event("deleted"))
            #expect(try await store.group(partnerID) == nil)
            #expect(try await store.apiKeys(of: partnerID).isEmpty)
            #expect(try await store.session("s12345", of: partnerID) == nil)
            let joe = AccountReference.username(try Username(parsing: "joe12345"))
            #expect(try await store.snapshot(of: joe, at: Sample.now) == nil)
            let other = try Sample.partnerID("1234")
            #expect(try await store.apiKeys(of: other).count == 1)
            #expect(try await store.users(of: other, after: nil, limit: 10).count == 1)
            #expect(try await store.session("s1234", of: other) != nil)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.deleteGroup(partnerID, recording: Sample.event())
            }
            #expect(try await store.auditEvents(AuditFilter()).filter { $0.detail == "deleted" }.count == 1)
        },
    ]

    static let apiKeys = [
        Self("gives API keys back that verify") { store in
            try await Sample.makeGroup(store)
            let added = try await store.addAPIKey(
                Sample.apiKey(),
                label: "first",
                to: Sample.partnerID(),
                at: Sample.now,
                recording: Sample.event()
            )
            let kept = try #require(try await store.apiKeys(of: Sample.partnerID()).first)
            #expect(kept.id == added.id)
            #expect(kept.label == "first")
            let user = try PartnerUserID(parsing: "joe")
            let loginKey = try LoginKeyIssuer(partnerID: Sample.partnerID(), apiKey: Sample.apiKey())
                .issue(for: user, at: Sample.now)
            let outcome = LoginKeyVerifier()
                .verify(
                    loginKey,
                    for: user,
                    in: try Sample.partnerID(),
                    with: try #require(kept.apiKey),
                    at: Sample.now
                )
            #expect(outcome == .valid)
        },
        Self("never lets two groups hold one API key, past or present") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let record = try await add("shared", to: "12345", store)
            try await store.endAPIKey(
                record.id,
                of: Sample.partnerID(),
                at: Sample.now,
                isRevoked: true,
                recording: Sample.event()
            )
            for group in ["1234", "12345"] {
                await #expect(throws: AccountsError(code: .apiKeyInUse, message: "")) {
                    try await add("shared", to: group, store)
                }
            }
        },
        Self("says which keys are weak, active, retiring, retired and revoked") { store in
            try await Sample.makeGroup(store)
            let weak = try await store.addAPIKey(
                APIKey(text: "secret"),
                label: "",
                to: Sample.partnerID(),
                at: Sample.now,
                recording: Sample.event()
            )
            #expect(weak.isWeak)
            let strong = try await add("strong", to: "12345", store)
            #expect(!strong.isWeak)
            try await end(weak, at: Sample.now + 60, store)
            try await end(strong, at: Sample.now, isRevoked: true, store)
            let kept = try await store.apiKeys(of: Sample.partnerID())
            #expect(kept.map { $0.state(at: Sample.now) } == [.revoked, .retiring])
            #expect(kept.map { $0.state(at: Sample.now + 60) } == [.revoked, .retired])
        },
        Self("ends only keys of the named group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let record = try await add("mine", to: "12345", store)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.endAPIKey(
                    record.id,
                    of: Sample.partnerID("1234"),
                    at: Sample.now,
                    isRevoked: true,
                    recording: Sample.event()
                )
            }
        },
    ]

    static let publicKeys = [
        Self("gives public keys back, in a snapshot too, and takes their use down") { store in
            try await Sample.makeGroup(store)
            let publicKey = try Sample.publicKey()
            let added = try await add(publicKey, to: "12345", store)
            #expect(added.key.algorithm == .ed25519)
            #expect(!added.isWeak)
            let kept = try #require(try await store.apiKeys(of: Sample.partnerID()).first)
            #expect(kept.id == added.id)
            #expect(kept.apiKey == nil)
            guard case .ed25519(let key) = kept.key else {
                Issue.record("it is no public key any more")
                return
            }
            #expect(key.bytes == publicKey.bytes)
            let user = AccountReference.partner(try Sample.partnerID(), try PartnerUserID(parsing: "joe"))
            #expect(try await store.snapshot(of: user, at: Sample.now)?.apiKeys.map(\.key.algorithm) == [.ed25519])
        },
        Self("keeps secrets and public keys of a group side by side, newest first") { store in
            try await Sample.makeGroup(store)
            _ = try await add("secret", to: "12345", store)
            _ = try await add(try Sample.publicKey(), to: "12345", store)
            _ = try await add("another", to: "12345", store)
            let kinds = try await store.apiKeys(of: Sample.partnerID()).map(\.key.algorithm)
            #expect(kinds == [.hs256, .ed25519, .hs256])
        },
        Self("never lets two groups hold one public key, past or present") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let publicKey = try Sample.publicKey()
            try await end(add(publicKey, to: "12345", store), at: Sample.now, isRevoked: true, store)
            for group in ["1234", "12345"] {
                await #expect(throws: AccountsError(code: .apiKeyInUse, message: "")) {
                    try await add(publicKey, to: group, store)
                }
            }
        },
    ]

    private static func add(
        _ publicKey: Ed25519PublicKey,
        to group: String,
        _ store: any AccountStore
    ) async throws -> APIKeyRecord {
        try await store.addAPIKey(
            .ed25519(publicKey),
            label: "",
            to: Sample.partnerID(group),
            at: Sample.now,
            recording: Sample.event()
        )
    }

    private static func add(_ seed: String, to group: String, _ store: any AccountStore) async throws -> APIKeyRecord {
        try await store.addAPIKey(
            Sample.apiKey(seed),
            label: "",
            to: Sample.partnerID(group),
            at: Sample.now,
            recording: Sample.event()
        )
    }

    private static func end(
        _ record: APIKeyRecord,
        at time: Int64,
        isRevoked: Bool = false,
        _ store: any AccountStore
    ) async throws {
        try await store.endAPIKey(
            record.id,
            of: record.partnerID,
            at: time,
            isRevoked: isRevoked,
            recording: Sample.event()
        )
    }
}
