internal import Accounts
internal import LoginKey
internal import Testing
internal import WireProtocol

extension AccountStoreCheck {
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
            try await store.updateKeySet("{ }", of: provider, recording: Sample.event())
            provider.keySet = "{ }"
            #expect(try await store.identityProviders(issuer: provider.issuer) == [provider])
            let changes: [(inout IdentityProvider) throws -> Void] = [
                { $0.audience = "b" }, { $0.partnerID = try Sample.partnerID("1234") },
                { $0.keySource?.url = "https://id.example/keys2" }, { $0.keySource?.certificates = "" },
                { $0.keySource?.algorithm = "RS256" },
                { $0.keySource = nil },
            ]
            for change in changes {
                var another = provider
                try change(&another)
                let named = another
                await #expect(throws: AccountsError(code: .notFound, message: "")) {
                    try await store.updateKeySet("", of: named, recording: Sample.event())
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
