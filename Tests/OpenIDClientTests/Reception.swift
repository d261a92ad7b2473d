import Accounts
import AccountsSQL
import AccountsSQLite
import Authentication
import Foundation
import LoginKey
import OpenIDClient
import ServiceTokens
import TestSupport
import Testing

/// A group whose users sign in with a provider, and the authenticator that decides on them.
struct Reception {
    static let now: Int64 = 1_700_000_000
    static let client = "latchkey"

    let folder: TemporaryFolder
    let store: SQLiteAccountStore
    let provider: LocalProvider
    let client: ProviderClient
    let authenticator: Authenticator
    let signers: TokenSigners
    let partnerID: PartnerID

    init(
        claim: String = "employee",
        field: IdentityProvider.UserField = .partnerUserID,
        namesItself: Bool = false,
        enrolment: UserEnrolment? = nil,
        patience: Duration = .seconds(60)
    ) async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        provider = try await LocalProvider()
        client = ProviderClient(patience: patience)
        signers = try await TokenSigners(masterKey: masterKey)
        var generator = SeededGenerator(seed: 4)
        authenticator = try Authenticator(
            store: store,
            signers: signers,
            audiences: [],
            random: RandomSource { UInt64.random(in: 0 ... .max) },
            calls: client,
            refresher: KeySetRefresher(store: store, calls: client),
            using: &generator
        )
        partnerID = try PartnerID(parsing: "12345")
        try await store.createGroup(Group(partnerID: partnerID, name: "Office"), recording: Self.event)
        let names = [("joe", "joe@office.example", "j@x.example"), ("ann", "ann@office.example", "same@x.example")]
        for (puid, username, email) in names + [("bob", "bob@office.example", "same@x.example")] {
            var user = User(
                partnerID: partnerID,
                partnerUserID: try PartnerUserID(parsing: puid),
                username: try Username(parsing: username)
            )
            user.email = email
            _ = try await store.createUsers([user], recording: Self.event)
        }
        let source = IdentityProvider.KeySource(url: provider.issuer + "/keys")
        var record = IdentityProvider(
            partnerID: partnerID,
            issuer: provider.issuer,
            audience: Self.client,
            userClaim: claim,
            userField: field,
            // Before anything is tested: a busy machine may take longer than an impatient client waits.
            keySet: try await ProviderClient(patience: .seconds(60)).keySet(at: source),
            keySource: source
        )
        record.signIn = ProviderSignIn(
            name: "Local",
            authorizationEndpoint: provider.issuer + "/authorize",
            tokenEndpoint: provider.issuer + "/token",
            namesItself: namesItself
        )
        record.enrolment = enrolment
        try await store.saveIdentityProvider(record, recording: Self.event)
    }

    func close() {
        provider.stop()
    }

    static var random: RandomSource {
        RandomSource { UInt64.random(in: .min ... .max) }
    }

    static var event: AuditEvent {
        AuditEvent(time: now * 1000, correlationID: random.correlationID(), action: .administration, outcome: .granted)
    }

    /// A visit that a browser has begun.
    func visit(at seconds: Int64 = now) async throws -> ProviderVisit {
        let record = try #require(try await store.identityProviders(issuer: provider.issuer).first)
        return ProviderVisit(
            to: record,
            page: "/login/default.aspx",
            query: "",
            isInWindow: false,
            correlationID: Self.random.correlationID(),
            at: seconds,
            random: Self.random
        )
    }

    /// The payload of a token that is right for a visit.
    func payload(for visit: ProviderVisit, _ changes: [String: String] = [:]) -> String {
        let usual = [
            "iss": "\"\(provider.issuer)\"", "aud": "\"\(Self.client)\"", "sub": "\"4711\"", "employee": "\"joe\"",
            "exp": "\(Self.now + 60)", "iat": "\(Self.now)", "nonce": "\"\(visit.nonce)\"",
        ]
        let members = usual.merging(changes) { _, newer in newer }.filter { !$0.value.isEmpty }
        return "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    /// What a browser brings back that did everything right.
    func answer(to visit: ProviderVisit?, state: String? = nil) -> ProviderAnswer {
        let name = IdentityProvider.callbackName(ofIssuer: provider.issuer)
        return ProviderAnswer(
            visit: visit,
            state: state ?? visit?.state ?? "",
            code: "code",
            error: "",
            issuer: nil,
            callbackName: name,
            redirectURI: "https://us.example/sso/callback/\(name)"
        )
    }

    /// What the one audit row says; the reason is empty for a grant.
    typealias Outcome = (reason: String, actor: String, detail: String)

    /// Decides on an answer.
    func decide(_ answer: ProviderAnswer, at seconds: Int64 = now) async throws -> Outcome {
        let attempt = Attempt(
            time: seconds * 1000,
            correlationID: Self.random.correlationID(),
            source: "127.0.0.1",
            purpose: "page"
        )
        let decision = try await authenticator.authenticate(answer, attempt: attempt)
        let events = try await store.auditEvents(AuditFilter(correlationID: attempt.correlationID))
            .filter { $0.action == .authenticate }
        try #require(events.count == 1)
        #expect((decision.grant != nil) == (events[0].outcome == .granted))
        return (events[0].reason, events[0].actor, events[0].detail)
    }
}
