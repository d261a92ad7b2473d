import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import ServiceTokens
import TestSupport
import Testing

@testable import Authentication

/// A store with one group, one API key and one user, and an authenticator on it.
struct Office {
    static let now: Int64 = 1_700_000_000

    let folder: TemporaryFolder
    let store: SQLiteAccountStore
    let authenticator: Authenticator
    let partnerID: PartnerID
    let apiKey: APIKey

    init(usePolicy: UsePolicy = .window) async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        var generator = SeededGenerator(seed: 4)
        authenticator = try Authenticator(
            store: store,
            signers: await TokenSigners(masterKey: masterKey),
            audiences: [try LoginKeyAudience(parsing: "support.example")],
            random: RandomSource { UInt64.random(in: 0 ... .max) },
            using: &generator
        )
        partnerID = try PartnerID(parsing: "12345")
        apiKey = APIKey.generate(using: &generator)
        let group = Group(
            partnerID: partnerID,
            name: "Office",
            embeddingOrigins: [Origin("https://crm.example")].compactMap(\.self),
            usePolicy: usePolicy
        )
        try await store.createGroup(group, recording: Self.event)
        _ = try await store.addAPIKey(apiKey, label: "", to: partnerID, at: Self.now, recording: Self.event)
        let user = User(
            partnerID: partnerID,
            partnerUserID: try PartnerUserID(parsing: "joe"),
            username: try Username(parsing: "joe@office.example"),
            passwordHash: try PasswordHash(password: "correct horse", using: &generator)
        )
        _ = try await store.createUsers([user], recording: Self.event)
    }

    static var event: AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: now * 1000, correlationID: id, action: .administration, outcome: .granted)
    }

    static func attempt(
        at seconds: Int64 = now,
        required: PrivilegeSet = [],
        onlyGroup: PartnerID? = nil,
        origin: RequestOrigin = .own
    ) -> Attempt {
        var generator = SystemRandomNumberGenerator()
        return Attempt(
            time: seconds * 1000,
            correlationID: CorrelationID(using: &generator),
            source: "127.0.0.1",
            purpose: "test",
            required: required,
            onlyGroup: onlyGroup,
            origin: origin
        )
    }

    func loginKey(_ name: String = "joe", with key: APIKey? = nil, lifetime: Int64 = 3600) throws -> LoginKey {
        try LoginKeyIssuer(partnerID: partnerID, apiKey: key ?? apiKey, lifetime: lifetime)
            .issue(for: PartnerUserID(parsing: name), at: Self.now)
    }

    func credentials(_ name: String = "joe", _ loginKey: LoginKey? = nil) throws -> Result<Credentials, LoginKeyError> {
        let loginKey = PresentedLoginKey.version1(try loginKey ?? self.loginKey(name))
        return .success(.loginKey(.partner(partnerID, try PartnerUserID(parsing: name), loginKey)))
    }

    func change(_ body: (inout User) throws -> Void) async throws {
        var user = try #require(try await store.users(of: partnerID, after: nil, limit: 1).first)
        try body(&user)
        try await store.updateUser(user, recording: Self.event)
    }

    /// Why a token, a GSSNID and a view ticket of a sign-in are refused; empty for each that is not.
    func reasons(of grant: Grant) async throws -> [String] {
        let attempt = Self.attempt()
        let signers = authenticator.signers
        let claims = AuthClaims(
            grant,
            service: "webservices",
            correlationID: attempt.correlationID,
            issuedAt: Self.now,
            lifetime: 60
        )
        let ticket = TicketClaims(
            grant,
            id: attempt.correlationID,
            correlationID: attempt.correlationID,
            issuedAt: Self.now
        )
        let sessionID = signers.sessionID.issue(for: grant, at: Self.now)
        let decisions = [
            try await authenticator.authorize(token: signers.auth.sign(claims), attempt: attempt),
            try await authenticator.authenticate(.success(.sessionID(sessionID)), attempt: Self.attempt()),
            try await authenticator.redeem(ticket: signers.ticket.sign(ticket), attempt: attempt),
        ]
        for granted in decisions.compactMap(\.grant) {
            #expect(granted.root == grant.root)
        }
        return decisions.map { decision in
            guard case .refused(let reason) = decision else { return "" }
            return reason.description
        }
    }

    /// The outcome's reason, checked against the audit: both have to say the same.
    func reason(
        _ credentials: Result<Credentials, LoginKeyError>,
        _ attempt: Attempt = Office.attempt()
    ) async throws -> String {
        let decision = try await authenticator.authenticate(credentials, attempt: attempt)
        let events = try await store.auditEvents(AuditFilter(correlationID: attempt.correlationID))
        #expect(events.count == 1)
        switch decision {
        case .granted:
            #expect(events.first?.outcome == .granted)
            return ""
        case .refused(let reason):
            #expect(events.first?.outcome == .refused)
            #expect(events.first?.reason == reason.description)
            return reason.description
        }
    }
}

@Suite struct AuthenticatorTests {
    @Test func `grants a good LoginKey with the effective privileges`() async throws {
        let office = try await Office()
        let decision = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        #expect(decision.grant?.user.username.text == "joe@office.example")
        #expect(decision.grant?.privileges == .documented)
    }

    @Test func `names the reason of every refusal in the audit`() async throws {
        let office = try await Office(usePolicy: .off)
        var generator = SeededGenerator(seed: 9)
        let foreign = APIKey.generate(using: &generator)
        let other = try PartnerID(parsing: "99999")
        let good = try office.loginKey()
        #expect(
            try await office.reason(office.credentials("joe", office.loginKey(with: foreign))) == "signatureMismatch"
        )
        #expect(try await office.reason(office.credentials("jane", good)) == "signatureMismatch")
        #expect(try await office.reason(office.credentials("jane")) == "unknownUser")
        let elsewhere = Credentials.loginKey(.partner(other, try PartnerUserID(parsing: "joe"), .version1(good)))
        #expect(try await office.reason(.success(elsewhere)) == "unknownGroup")
        #expect(try await office.reason(office.credentials(), Office.attempt(at: Office.now + 3600)) == "expired")
        let early = Office.attempt(at: Office.now - 86_400)
        #expect(try await office.reason(office.credentials(), early) == "expiresTooLate")
        let malformed = LoginKeyError(code: .malformedSignature, message: "x")
        #expect(try await office.reason(.failure(malformed)) == "malformedSignature")
        let wrongGroup = Office.attempt(onlyGroup: other)
        #expect(try await office.reason(office.credentials(), wrongGroup) == "wrongGroup")
        let foreignPage = Office.attempt(origin: .foreign(Origin("https://evil.example")))
        #expect(try await office.reason(office.credentials(), foreignPage) == "foreignOrigin")
        let listedPage = Office.attempt(origin: .foreign(Origin("https://crm.example")))
        #expect(try await office.reason(office.credentials(), listedPage).isEmpty)
        for (state, reason) in [
            (User.State.suspended, "userSuspended"), (.deleted, "userDeleted"), (.lockedOut, "userLockedOut"),
        ] {
            try await office.change { $0.state = state }
            #expect(try await office.reason(office.credentials()) == reason)
        }
    }

    @Test func `a role only narrows, and a missing privilege refuses`() async throws {
        let office = try await Office()
        let role = Role(
            id: Role.ID(0),
            partnerID: office.partnerID,
            name: "R",
            privileges: [.showScreen, .joinCobrowseSessions]
        )
        let created = try await office.store.createRole(role, recording: Office.event)
        try await office.change { $0.roleID = created.id }
        var group = try #require(try await office.store.group(office.partnerID))
        group.privileges = [.showScreen, .viewVideo]
        try await office.store.updateGroup(group, recording: Office.event)
        let decision = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        #expect(decision.grant?.privileges == [.showScreen])
        let attempt = Office.attempt(required: [.joinCobrowseSessions])
        #expect(try await office.reason(office.credentials(), attempt) == "missingPrivilege")
    }

    @Test func `rotates keys without locking anybody out`() async throws {
        let office = try await Office(usePolicy: .off)
        var generator = SeededGenerator(seed: 5)
        let newer = APIKey.generate(using: &generator)
        _ = try await office.store.addAPIKey(
            newer,
            label: "",
            to: office.partnerID,
            at: Office.now,
            recording: Office.event
        )
        #expect(try await office.reason(office.credentials()).isEmpty)
        #expect(try await office.reason(office.credentials("joe", office.loginKey(with: newer))).isEmpty)
        let old = try #require(try await office.store.apiKeys(of: office.partnerID).last)
        try await office.store.endAPIKey(
            old.id,
            of: office.partnerID,
            at: Office.now + 10,
            isRevoked: false,
            recording: Office.event
        )
        #expect(try await office.reason(office.credentials(), Office.attempt(at: Office.now + 9)).isEmpty)
        #expect(try await office.reason(office.credentials(), Office.attempt(at: Office.now + 10)) == "apiKeyRetired")
        try await office.store.endAPIKey(
            old.id,
            of: office.partnerID,
            at: Office.now,
            isRevoked: true,
            recording: Office.event
        )
        #expect(try await office.reason(office.credentials()) == "apiKeyRevoked")
        #expect(try await office.reason(office.credentials("joe", office.loginKey(with: newer))).isEmpty)
    }

    @Test func `window lets a key be used for 120 seconds from its first use`() async throws {
        let office = try await Office(usePolicy: .window)
        #expect(try await office.reason(office.credentials()).isEmpty)
        #expect(try await office.reason(office.credentials(), Office.attempt(at: Office.now + 119)).isEmpty)
        #expect(try await office.reason(office.credentials(), Office.attempt(at: Office.now + 120)) == "alreadyUsed")
    }

    @Test func `once grants exactly one of many at a time, and a refused user has spent the key too`() async throws {
        let office = try await Office(usePolicy: .once)
        let credentials = try office.credentials()
        let grants = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    try await office.authenticator.authenticate(credentials, attempt: Office.attempt()).grant != nil
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(grants == 1)

        let second = try office.credentials("joe", office.loginKey(lifetime: 1800))
        try await office.change { $0.state = .suspended }
        #expect(try await office.reason(second) == "userSuspended")
        try await office.change { $0.state = .active }
        #expect(try await office.reason(second) == "alreadyUsed")
    }

    @Test func `a bad signature spends nothing`() async throws {
        let office = try await Office(usePolicy: .once)
        let good = try office.loginKey()
        #expect(try await office.reason(office.credentials("jane", good)) == "signatureMismatch")
        #expect(try await office.reason(office.credentials("joe", good)).isEmpty)
    }

    @Test func `takes a user name in place of PartnerId and PartnerUserId`() async throws {
        let office = try await Office()
        let name = try Username(parsing: "JOE@office.example")
        #expect(try await office.reason(.success(.loginKey(.account(name, .version1(office.loginKey()))))).isEmpty)
        let unknown = try Username(parsing: "jane@office.example")
        #expect(
            try await office.reason(.success(.loginKey(.account(unknown, .version1(office.loginKey())))))
                == "unknownUser"
        )
    }

    @Test func `nobody's key is good for a user without a PartnerUserId`() async throws {
        let office = try await Office()
        try await office.change { $0.partnerUserID = nil }
        let name = try Username(parsing: "joe@office.example")
        for signed in ["nobody", "joe", "joe@office.example"] {
            #expect(
                try await office.reason(.success(.loginKey(.account(name, .version1(office.loginKey(signed))))))
                    == "unknownUser"
            )
        }
    }

    @Test func `what was got with a GSSNID ends with it`() async throws {
        let office = try await Office()
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        let id = office.authenticator.signers.sessionID.issue(
            for: user.id,
            in: office.partnerID,
            root: nil,
            at: Office.now
        )
        let attempt = Office.attempt(at: Office.now + 3600)
        let decision = try await office.authenticator.authenticate(.success(.sessionID(id)), attempt: attempt)
        #expect(decision.grant?.signInEnds == Office.now + SignInIDSigner.lifetime)
    }

    @Test func `takes a password, and no other`() async throws {
        let office = try await Office()
        let name = try Username(parsing: "joe@office.example")
        #expect(try await office.reason(.success(.password(name, "correct horse"))).isEmpty)
        for wrong in ["Correct horse", "", "correct horse ", String(repeating: "x", count: 10_000)] {
            #expect(try await office.reason(.success(.password(name, wrong))) == "wrongPassword")
        }
        let unknown = try Username(parsing: "jane@office.example")
        #expect(try await office.reason(.success(.password(unknown, "correct horse"))) == "unknownUser")
        try await office.change { $0.passwordHash = nil }
        #expect(try await office.reason(.success(.password(name, "correct horse"))) == "wrongPassword")
    }

    @Test func `takes a GSSNID that was made here, until it ends or the user does`() async throws {
        let office = try await Office()
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        let signer = office.authenticator.signers.sessionID
        let id = signer.issue(for: user.id, in: office.partnerID, root: nil, at: Office.now)
        let parts = id.split(separator: ".")
        #expect(parts.count == 4 && parts[2].utf8.count == 43)
        #expect(try await office.reason(.success(.sessionID(id))).isEmpty)
        let end = Office.attempt(at: Office.now + SignInIDSigner.lifetime)
        #expect(try await office.reason(.success(.sessionID(id)), end) == "expiredToken")
        let forged = [
            id.replacing("12345", with: "54321"), "2" + id, String(id.dropLast()), id + ".1", "+" + id, "0" + id, "",
            "1.2.3.4", "\(parts[0]).\(parts[1]).B\(parts[2].dropFirst()).\(parts[3])",
        ]
        for text in forged {
            #expect(try await office.reason(.success(.sessionID(text))) == "invalidToken", "\(text)")
        }
        try await office.change { $0.state = .suspended }
        #expect(try await office.reason(.success(.sessionID(id))) == "userSuspended")
    }

    @Test func `what goes back to an API key ends when it is revoked, and lives on when it is merely retired`()
        async throws
    {
        let office = try await Office()
        let decision = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        let grant = try #require(decision.grant)
        let byPassword = Credentials.password(try Username(parsing: "joe@office.example"), "correct horse")
        let other = try await office.authenticator.authenticate(.success(byPassword), attempt: Office.attempt())
        let otherGrant = try #require(other.grant)

        #expect(try await office.reasons(of: grant) == ["", "", ""])
        let key = try #require(try await office.store.apiKeys(of: office.partnerID).first)
        for (isRevoked, expected) in [(false, ""), (true, "apiKeyRevoked")] {
            try await office.store.endAPIKey(
                key.id,
                of: office.partnerID,
                at: Office.now,
                isRevoked: isRevoked,
                recording: Office.event
            )
            #expect(try await office.reasons(of: grant) == [expected, expected, expected])
            #expect(try await office.reasons(of: otherGrant) == ["", "", ""])
        }
    }

    @Test func `spends a view ticket once`() async throws {
        let office = try await Office()
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        var generator = SystemRandomNumberGenerator()
        let claims = TicketClaims(
            id: CorrelationID(using: &generator),
            userID: user.id,
            partnerID: office.partnerID,
            root: nil,
            correlationID: CorrelationID(using: &generator),
            signInEnds: nil,
            issuedAt: Office.now
        )
        let ticket = try office.authenticator.signers.ticket.sign(claims)
        let late = Office.attempt(at: Office.now + TicketClaims.lifetime)
        #expect(try await office.authenticator.redeem(ticket: ticket, attempt: late).grant == nil)
        #expect(try await office.authenticator.redeem(ticket: ticket, attempt: Office.attempt()).grant != nil)
        #expect(try await office.authenticator.redeem(ticket: ticket, attempt: Office.attempt()).grant == nil)
    }
}
