import Accounts
import AccountsSQL
import AccountsSQLite
import Authentication
import Foundation
import LoginKey
import SAML
import ServiceTokens
import TestSupport
import Testing

/// A group whose users sign in with a SAML provider, and the authenticator that decides on them.
struct SAMLReception {
    static let now: Int64 = 1_700_000_000
    static let issuer = "https://idp.example/metadata"
    static let ownAddress = "https://us.example/sso/saml/12345/\(IdentityProvider.callbackName(ofIssuer: issuer))"
    static let entityID = ownAddress

    let folder: TemporaryFolder
    let store: SQLiteAccountStore
    let authenticator: Authenticator
    let signer: XMLSigner
    let record: IdentityProvider

    init(
        allowsUnsolicited: Bool = false,
        claim: String = "NameID",
        field: IdentityProvider.UserField = .partnerUserID,
        enrolment: UserEnrolment? = nil
    ) async throws {
        signer = try XMLSigner.shared.get()
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        var generator = SeededGenerator(seed: 5)
        authenticator = try Authenticator(
            store: store,
            signers: try await TokenSigners(masterKey: masterKey),
            audiences: [],
            random: Self.random,
            reader: XMLSigner.program,
            using: &generator
        )
        let partnerID = try PartnerID(parsing: "12345")
        try await store.createGroup(Group(partnerID: partnerID, name: "Office"), recording: Self.event)
        for name in ["joe", "ann"] {
            let user = User(
                partnerID: partnerID,
                partnerUserID: try PartnerUserID(parsing: name),
                username: try Username(parsing: name + "@office.example")
            )
            _ = try await store.createUsers([user], recording: Self.event)
        }
        var record = IdentityProvider(
            partnerID: partnerID,
            issuer: Self.issuer,
            audience: Self.entityID,
            userClaim: claim,
            userField: field,
            keySet: ""
        )
        record.signIn = ProviderSignIn(
            name: "Office",
            authorizationEndpoint: "https://idp.example/sso",
            tokenEndpoint: "",
            scope: "",
            secret: ClientSecret(signer.key.key, in: .signature)
        )
        record.saml = SAMLTrust(
            certificates: signer.key.certificate,
            ownCertificate: signer.key.certificate,
            allowsUnsolicited: allowsUnsolicited
        )
        record.enrolment = enrolment
        self.record = record
        try await store.saveIdentityProvider(record, recording: Self.event)
    }

    static var random: RandomSource { RandomSource { UInt64.random(in: .min ... .max) } }

    static var event: AuditEvent {
        AuditEvent(time: now * 1000, correlationID: random.correlationID(), action: .administration, outcome: .granted)
    }

    static func instant(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(now + seconds)).formatted(.iso8601)
    }

    /// A visit that a browser has begun.
    func visit(at seconds: Int64 = now) -> ProviderVisit {
        ProviderVisit(
            to: record,
            page: "/login/default.aspx",
            query: "",
            isInWindow: false,
            correlationID: Self.random.correlationID(),
            at: seconds,
            random: Self.random
        )
    }

    /// A draft that answers a visit.
    func draft(for visit: ProviderVisit?) -> ResponseDraft { ResponseDraft(answering: visit.map(SAMLRequest.id)) }

    /// Decides on a response.
    ///
    /// - Returns: The reason, which is empty for a grant, and the detail and actor of the one audit row.
    func decide(
        _ xml: String,
        for visit: ProviderVisit?,
        at seconds: Int64 = now
    ) async throws -> (reason: String, detail: String, actor: String) {
        let attempt = Attempt(
            time: seconds * 1000,
            correlationID: Self.random.correlationID(),
            source: "127.0.0.1",
            purpose: "page"
        )
        let answer = SAMLAnswer(
            visit: visit,
            partnerID: record.partnerID,
            callbackName: record.callbackName,
            ownAddress: Self.ownAddress,
            response: Array(xml.utf8)
        )
        let decision = try await authenticator.authenticate(answer, attempt: attempt)
        let events = try await store.auditEvents(AuditFilter(correlationID: attempt.correlationID))
            .filter { $0.action == .authenticate }
        try #require(events.count == 1)
        #expect((decision.grant != nil) == (events[0].outcome == .granted))
        return (events[0].reason, events[0].detail, events[0].actor)
    }

    /// Decides on a changed draft for a visit of its own.
    func decide(
        _ change: (inout ResponseDraft) -> Void
    ) async throws -> (reason: String, detail: String, actor: String) {
        let visit = visit()
        var draft = draft(for: visit)
        draft.assertionID = "_\(UUID().uuidString)"
        change(&draft)
        return try await decide(try signer.sign(draft), for: visit)
    }
}
