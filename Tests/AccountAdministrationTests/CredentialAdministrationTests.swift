import AccountAdministration
import Accounts
import AccountsSQLite
import LoginKey
import TestSupport
import Testing

/// API keys, access tokens, identity providers and Salesforce organisations of a group on a real file.
@Suite struct CredentialAdministrationTests {
    private static let now: Int64 = 1_700_000_000
    private let folder: TemporaryFolder
    private let store: any AccountStore
    private let partnerID: PartnerID
    private let administrator: Administrator

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        partnerID = try PartnerID(parsing: "12345")
        let time = Self.now * 1000
        let event = AuditEvent(time: time, correlationID: .none, action: .administration, outcome: .granted)
        administrator = Administrator(nil, recording: event)
        try await store.createGroup(Group(partnerID: partnerID, name: "Office"), recording: event)
    }

    private var apiKeys: APIKeyAdministration {
        APIKeyAdministration(store: store, of: partnerID, by: administrator)
    }

    private func newKey() -> VerificationKey {
        var generator = SystemRandomNumberGenerator()
        return .secret(APIKey.generate(using: &generator))
    }

    private func details() async throws -> [String] {
        try await store.auditEvents(AuditFilter(limit: 10)).map(\.detail)
    }

    private static let invalid = AccountsError(code: .invalidField, message: "")

    @Test func `an API key is added, retired within a year, and revoked, and the audit says so`() async throws {
        let record = try await apiKeys.add(newKey(), label: "CRM", at: Self.now)
        for delay in [-1, APIKeyAdministration.maximumDelay + 1, .max] {
            await #expect(throws: Self.invalid) { try await apiKeys.retire(record.id, after: delay, at: Self.now) }
        }
        #expect(try await apiKeys.retire(record.id, after: 7200, at: Self.now) == Self.now + 7200)
        #expect(try await store.apiKeys(of: partnerID).first?.endsAt == Self.now + 7200)
        try await apiKeys.revoke(record.id, at: Self.now)
        #expect(try await store.apiKeys(of: partnerID).first?.isValid(at: Self.now) == false)
        let told = try await details()
        for detail in [
            "API key created (secret)", "API key \(record.id) retires in 2 hours", "API key \(record.id) revoked",
        ] {
            #expect(told.contains(detail), "\(told)")
        }
        await #expect(throws: Self.invalid) { try await apiKeys.retire(record.id, after: 7200, at: Self.now) }
        let label = String(repeating: "x", count: 101)
        await #expect(throws: Self.invalid) { try await apiKeys.add(newKey(), label: label, at: Self.now) }
    }

    @Test func `an API key that has ended stays so`() async throws {
        let record = try await apiKeys.add(newKey(), label: "CRM", at: Self.now)
        #expect(try await apiKeys.retire(record.id, after: 7200, at: Self.now) == Self.now + 7200)
        // Until then, somebody may think again.
        #expect(try await apiKeys.retire(record.id, after: 60, at: Self.now) == Self.now + 60)
        await #expect(throws: Self.invalid) { try await apiKeys.retire(record.id, after: 60, at: Self.now + 60) }
        try await apiKeys.revoke(record.id, at: Self.now + 90)
        #expect(try await store.apiKeys(of: partnerID).first?.endsAt == Self.now + 60)
        let unknown = APIKeyRecord.ID(record.id.number + 1)
        await #expect(throws: AccountsError(code: .notFound, message: "")) {
            try await apiKeys.retire(unknown, after: 0, at: Self.now)
        }
    }

    @Test func `an access token acts as an administrator, has an end within ten years, and is revoked`() async throws {
        let tokens = AccessTokenAdministration(store: store, of: partnerID, by: administrator)
        var user = User(partnerID: partnerID, partnerUserID: nil, username: try Username(parsing: "joe"))
        user = try #require(try await store.createUsers([user], recording: administrator.event("")).first)
        func create(for user: User, _ lifetime: Int64?) async throws -> (token: AccessToken, text: String) {
            try await tokens.create(
                for: user,
                label: "SCIM",
                lifetime: lifetime,
                at: Self.now,
                using: RandomSource { 7 }
            )
        }
        await #expect(throws: Self.invalid) { try await create(for: user, nil) }
        user.isAdministrator = true
        for lifetime in [0, -1, AccessTokenAdministration.maximumLifetime + 1] {
            await #expect(throws: Self.invalid) { try await create(for: user, lifetime) }
        }
        let (token, text) = try await create(for: user, 86_400)
        #expect(token.endsAt == Self.now + 86_400)
        #expect(try await store.accessToken(digest: AccessToken.digest(of: text))?.token.id == token.id)
        try await tokens.revoke(token.id)
        #expect(try await store.accessToken(digest: AccessToken.digest(of: text)) == nil)
    }

    @Test func `an organisation needs a good id, a secret, and a group with a key`() async throws {
        let organizations = OrganizationAdministration(store: store, of: partnerID, by: administrator)
        let good = SalesforceOrganization(
            id: "00DFk0000001234",
            partnerID: partnerID,
            userField: .userID,
            consumerSecret: "0123456789abcdef"
        )
        func connect(_ change: (inout SalesforceOrganization) -> Void = { _ in }) async throws -> String {
            var organization = good
            change(&organization)
            return try await organizations.connect(organization, trustsParameters: false, at: Self.now).id
        }
        await #expect(throws: Self.invalid) { try await connect() }
        _ = try await apiKeys.add(newKey(), label: "", at: Self.now)
        await #expect(throws: Self.invalid) { try await connect { $0.id = "001Fk0000001234" } }
        await #expect(throws: Self.invalid) { try await connect { $0.userField = .parameter("x") } }
        await #expect(throws: Self.invalid) { try await connect { $0.consumerSecret = "0123456789abcde" } }
        await #expect(throws: Self.invalid) { try await connect { $0.loginKeyLifetime = 0 } }
        await #expect(throws: Self.invalid) { try await connect { $0.loginKeyLifetime = 86_401 } }
        let id = try await connect()
        #expect(id == "00DFk0000001234MAA")
        #expect(try await connect { $0.userField = .email } == id)
        let neighbour = try PartnerID(parsing: "1234")
        try await store.createGroup(Group(partnerID: neighbour, name: "Neighbour"), recording: administrator.event(""))
        _ = try await APIKeyAdministration(store: store, of: neighbour, by: administrator)
            .add(newKey(), label: "", at: Self.now)
        await #expect(throws: Self.invalid) {
            try await OrganizationAdministration(store: store, of: neighbour, by: administrator)
                .connect(good, trustsParameters: false, at: Self.now)
        }
        #expect(try await store.organization(id)?.partnerID == partnerID)
        try await organizations.disconnect(id)
        #expect(try await store.organization(id) == nil)
    }

    @Test func `a provider is connected to its own group only, and disconnected`() async throws {
        let providers = IdentityProviderAdministration(store: store, of: partnerID, by: administrator)
        func provider(of partnerID: PartnerID, keySet: String = "{}") -> IdentityProvider {
            IdentityProvider(
                partnerID: partnerID,
                issuer: "https://login.example",
                audience: "x",
                userClaim: "sub",
                userField: .username,
                keySet: keySet
            )
        }
        let other = try PartnerID(parsing: "99999")
        await #expect(throws: Self.invalid) { try await providers.connect(provider(of: other)) }
        let long = String(repeating: " ", count: IdentityProvider.maximumKeySetByteCount + 1)
        await #expect(throws: Self.invalid) { try await providers.connect(provider(of: partnerID, keySet: long)) }
        try await providers.connect(provider(of: partnerID))
        #expect(try await store.identityProviders(of: partnerID).count == 1)
        try await providers.disconnect(issuer: "https://login.example", audience: "x")
        await #expect(throws: AccountsError(code: .notFound, message: "")) {
            try await providers.disconnect(issuer: "https://login.example", audience: "x")
        }
    }
}
