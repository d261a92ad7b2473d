import AccountsSQL
import LoginKey
import ServiceTokens
import TestSupport
import Testing
import WebAuthn
import WireCodec

@testable import Accounts
@testable import Authentication

/// Security keys beside the password, with an authenticator in software (`docs/passwords.md#security-keys`).
@Suite struct SecurityKeyTests {
    private static let name = "joe@office.example"

    private func relyingParty() throws -> RelyingParty {
        try #require(ServerURL("https://support.example").flatMap(RelyingParty.init))
    }

    private func user(_ office: Office, _ name: String = name) async throws -> User {
        let reference = try AccountReference.username(Username(parsing: name))
        return try #require(try await office.store.snapshot(of: reference, at: Office.now)?.user)
    }

    private func visit(_ user: User, _ step: PasswordVisit.Step? = nil, aim: PasswordVisit.Aim = .signIn)
        -> PasswordVisit
    {
        PasswordVisit(
            of: user,
            step: step ?? .code(factor: user.secondFactorID?.number ?? 0),
            aim: aim,
            page: "/login/default.aspx",
            query: "",
            correlationID: Office.attempt().correlationID,
            at: Office.now,
            random: RandomSource { UInt64.random(in: 0 ... .max) }
        )
    }

    private func reason(_ decision: Decision) -> String {
        switch decision {
        case .granted: ""
        case .refused(let reason): reason.description
        }
    }

    /// Adds a key; why it is refused, and the recovery codes if it is not.
    private func add(
        _ key: SoftAuthenticator,
        _ office: Office,
        _ visit: PasswordVisit,
        _ change: (inout SoftAuthenticator.Words) -> Void = { _ in }
    ) async throws -> (String, [RecoveryCode]) {
        var words = SoftAuthenticator.Words(challenge: visit.challenge)
        words.type = "webauthn.create"
        words.counter = 0
        change(&words)
        let registration = Registration(
            clientData: words.clientData,
            attestationObject: key.attestationObject(words)
        )
        let credential = visit.verify(registration, at: try relyingParty())
        let attempt = Office.attempt()
        let decision = try await office.authenticator.authenticate(adding: credential, of: visit, attempt: attempt)
        guard let grant = decision.grant else { return (reason(decision), []) }
        try expectToGoBackToThePassword(grant)
        let recovery = try await office.authenticator.addSecurityKey(
            credential.get(),
            name: "Blue key",
            of: grant,
            attempt: attempt
        )
        return ("", recovery)
    }

    private func add(_ key: SoftAuthenticator, to user: User, _ office: Office) async throws -> [RecoveryCode] {
        let step = PasswordVisit.Step.securityKey(replacing: user.secondFactorID?.number ?? 0)
        let (reason, recovery) = try await add(key, office, visit(user, step))
        #expect(reason.isEmpty)
        return recovery
    }

    /// Why a key's answer is refused; empty if it is not.
    private func use(
        _ key: SoftAuthenticator,
        _ office: Office,
        _ visit: PasswordVisit,
        counter: UInt32 = 1,
        _ change: (inout SoftAuthenticator.Words) -> Void = { _ in }
    ) async throws -> String {
        var words = SoftAuthenticator.Words(challenge: visit.challenge)
        words.counter = counter
        change(&words)
        let assertion = Assertion(
            credentialID: key.id,
            clientData: words.clientData,
            authenticatorData: words.authenticatorData(),
            signature: try key.sign(words)
        )
        let decision = try await office.authenticator.authenticate(
            assertion,
            of: visit,
            at: relyingParty(),
            attempt: Office.attempt()
        )
        if let grant = decision.grant { try expectToGoBackToThePassword(grant) }
        return reason(decision)
    }

    /// Such a sign-in has to end with the password (`docs/threats.md#password-reset`).
    private func expectToGoBackToThePassword(_ grant: Grant) throws {
        #expect(grant.root == .password(PasswordMark(try #require(grant.user.passwordHash))))
    }

    private func enter(_ code: String, _ office: Office, _ visit: PasswordVisit) async throws -> Decision {
        let decision = try await office.authenticator.authenticate(code: code, of: visit, attempt: Office.attempt())
        if let grant = decision.grant { try expectToGoBackToThePassword(grant) }
        return decision
    }

    private func password(_ office: Office, aim: PasswordVisit.Aim = .signIn) async throws -> String {
        let outcome = try await office.authenticator.authenticate(
            Username(parsing: Self.name),
            password: "correct horse",
            aim: aim,
            attempt: Office.attempt()
        )
        switch outcome {
        case .awaits(.code, _): return "code"
        case .awaits(.enrolment, _): return "enrolment"
        case .awaits(.securityKey, _): return "securityKey"
        case .decided(let decision): return reason(decision).isEmpty ? "granted" : reason(decision)
        }
    }

    private func require(_ policy: SecondFactorPolicy, _ office: Office) async throws {
        var group = try #require(try await office.store.group(office.partnerID))
        group.securityKeys = policy
        try await office.store.updateGroup(group, recording: Office.event)
    }

    private func events(_ office: Office) async throws -> [AuditEvent] {
        try await office.store.auditEvents(AuditFilter(limit: 1000))
    }

    @Test func `a key is added with recovery codes, and signs in; so do they`() async throws {
        let office = try await Office()
        #expect(try await password(office, aim: .securityKey) == "securityKey")
        let key = SoftAuthenticator()
        let recovery = try await add(key, to: user(office), office)
        #expect(recovery.count == RecoveryCode.count)
        let user = try await user(office)
        #expect(user.hasSecurityKey)
        #expect(try await office.store.secondFactor(of: user.id, in: office.partnerID)?.hasApp == false)
        #expect(try await password(office) == "code")
        let reason = try await office.reason(.success(.password(Username(parsing: Self.name), "correct horse")))
        #expect(reason == "secondFactorNeeded")
        #expect(try await use(key, office, visit(user)).isEmpty)
        #expect(try await office.store.securityKeys(of: user.id).first?.lastUsedAt == Office.now)
        #expect(try await enter(recovery[0].text, office, visit(user)).grant != nil)
        // A second one brings no new codes.
        #expect(try await add(SoftAuthenticator(), to: user, office).isEmpty)
        let details = try await events(office).map(\.detail)
        #expect(details.contains { $0.contains("security key \"Blue key\" added") })
        #expect(details.contains { $0.contains("by password and security key") })
    }

    @Test func `what is wrong in one point is refused, with the reason in the audit alone`() async throws {
        let office = try await Office()
        let key = SoftAuthenticator()
        _ = try await add(key, to: user(office), office)
        let user = try await user(office)
        let mistakes: [(String, (inout SoftAuthenticator.Words) -> Void)] = [
            ("wrongOrigin", { $0.origin = "https://support.example.evil.example" }),
            ("wrongRelyingParty", { $0.host = "evil.example" }),
            ("wrongChallenge", { $0.challenge = Array(String(repeating: "0", count: 32).utf8) }),
            ("wrongType", { $0.type = "webauthn.create" }),
            ("userNotPresent", { $0.flags = 0 }),
            ("crossOrigin", { $0.more = #","crossOrigin":true"# }),
        ]
        for (detail, change) in mistakes {
            #expect(try await use(key, office, visit(user), change) == "wrongSecurityKey")
            let last = try #require(try await events(office).last { $0.reason == "wrongSecurityKey" })
            #expect(last.detail.hasSuffix(": \(detail)"), "\(last.detail)")
        }
        #expect(try await use(SoftAuthenticator(), office, visit(user)) == "unknownSecurityKey")
        #expect(try await use(key, office, visit(user)).isEmpty)
    }

    @Test func `an answer is good once, and for its visit alone`() async throws {
        let office = try await Office()
        let key = SoftAuthenticator()
        _ = try await add(key, to: user(office), office)
        let user = try await user(office)
        let (first, other) = (visit(user), visit(user))
        #expect(try await use(key, office, other, counter: 1) { $0.challenge = first.challenge } == "wrongSecurityKey")
        #expect(try await use(key, office, first, counter: 1).isEmpty)
        // The same visit once more, also where the key has counted on, and also with a code.
        #expect(try await use(key, office, first, counter: 2) == "alreadyUsed")
        #expect(try await office.store.securityKeys(of: user.id).first?.counter == 1)
        // No visit of another step takes it.
        let step = PasswordVisit.Step.securityKey(replacing: user.secondFactorID?.number ?? 0)
        #expect(try await use(key, office, visit(user, step), counter: 3) == "wrongSecurityKey")
        #expect(try await add(SoftAuthenticator(), office, visit(user)).0 == "wrongSecurityKey")
    }

    @Test func `a counter that went back is refused and in the audit`() async throws {
        let office = try await Office()
        let key = SoftAuthenticator()
        _ = try await add(key, to: user(office), office)
        let user = try await user(office)
        #expect(try await use(key, office, visit(user), counter: 9).isEmpty)
        for counter in [9, 8, 0] as [UInt32] {
            #expect(try await use(key, office, visit(user), counter: counter) == "counterWentBack")
        }
        #expect(
            try await events(office).contains { $0.reason == "counterWentBack" && $0.detail.contains("security key 1") }
        )
        #expect(try await use(key, office, visit(user), counter: 10).isEmpty)
    }

    @Test func `nobody signs in with the key of somebody else, and nobody adds it`() async throws {
        let office = try await Office()
        let other = User(
            partnerID: office.partnerID,
            partnerUserID: try PartnerUserID(parsing: "eve"),
            username: try Username(parsing: "eve@office.example"),
            passwordHash: try await user(office).passwordHash
        )
        _ = try await office.store.createUsers([other], recording: Office.event)
        let (key, own) = (SoftAuthenticator(), SoftAuthenticator())
        _ = try await add(key, to: user(office), office)
        let eve = try await user(office, "eve@office.example")
        let step = PasswordVisit.Step.securityKey(replacing: 0)
        #expect(try await add(key, office, visit(eve, step)).0 == "securityKeyTaken")
        #expect(try await add(own, office, visit(eve, step)).0.isEmpty)
        let added = try await user(office, "eve@office.example")
        #expect(try await use(key, office, visit(added)) == "unknownSecurityKey")
        #expect(try await use(own, office, visit(added)).isEmpty)
        // Their own once more.
        let again = PasswordVisit.Step.securityKey(replacing: added.secondFactorID?.number ?? 0)
        #expect(try await add(own, office, visit(added, again)).0 == "securityKeyTaken")
    }

    @Test func `a new key is checked as well, and the visit that adds it is good once`() async throws {
        let office = try await Office()
        let before = try await user(office)
        let visit = visit(before, .securityKey(replacing: 0))
        #expect(
            try await add(SoftAuthenticator(), office, visit) { $0.origin = "https://evil.example" }.0
                == "wrongSecurityKey"
        )
        #expect(try await add(SoftAuthenticator(), office, visit) { $0.type = "webauthn.get" }.0 == "wrongSecurityKey")
        #expect(try await add(SoftAuthenticator(), office, visit).0.isEmpty)
        // Who knows the password and has begun before the owner had a key comes too late.
        #expect(try await add(SoftAuthenticator(), office, visit).0 == "passwordOrFactorChanged")
        let user = try await user(office)
        let second = self.visit(user, .securityKey(replacing: user.secondFactorID?.number ?? 0))
        #expect(try await add(SoftAuthenticator(), office, second).0.isEmpty)
        #expect(try await add(SoftAuthenticator(), office, second).0 == "alreadyUsed")
        #expect(try await office.store.securityKeys(of: user.id).count == 2)
    }

    @Test func `a user has sixteen keys and no more`() async throws {
        let office = try await Office()
        for _ in 0..<SecurityKey.maximumCount { _ = try await add(SoftAuthenticator(), to: user(office), office) }
        let user = try await user(office)
        let step = PasswordVisit.Step.securityKey(replacing: user.secondFactorID?.number ?? 0)
        #expect(try await add(SoftAuthenticator(), office, visit(user, step)).0 == "tooManySecurityKeys")
    }

    @Test func `where a group wants keys, a code of an app only leads to the first one`() async throws {
        let office = try await Office()
        let codes = try #require(OneTimeCodes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        func code(_ offset: Int64) -> String { codes.code(at: OneTimeCodes.step(at: Office.now) + offset) }
        let enrolment = try await visit(user(office), .enrolment(secret: codes.text, replacing: 0))
        let grant = try #require(try await enter(code(-1), office, enrolment).grant)
        let recovery = try await office.authenticator.enrol(grant, codes, attempt: Office.attempt())
        try await require(.administrators, office)
        // Who is no administrator goes on with the app.
        var current = try await user(office)
        var step = visit(current)
        #expect(try await enter(code(0), office, step).grant != nil)
        var group = try #require(try await office.store.group(office.partnerID))
        #expect(step.next(for: current, in: group) == nil)

        try await office.change { $0.isAdministrator = true }
        #expect(try await password(office) == "code")
        current = try await user(office)
        group = try #require(try await office.store.group(office.partnerID))
        step = visit(current)
        #expect(try await enter(code(1), office, step).grant != nil)
        #expect(step.next(for: current, in: group) == .securityKey)
        #expect(visit(current, aim: .app).next(for: current, in: group) == .securityKey)
        #expect(try await events(office).last?.action == .secondFactor)

        let key = SoftAuthenticator()
        _ = try await add(key, to: current, office)
        current = try await user(office)
        #expect(visit(current).next(for: current, in: group) == nil)
        #expect(visit(current, aim: .app).next(for: current, in: group) == .enrolment)
        for aim in [.signIn, .app, .securityKey, .removal(key: 1)] as [PasswordVisit.Aim] {
            let decision = try await office.authenticator.authenticate(
                code: codes.code(at: OneTimeCodes.step(at: Office.now + 3600)),
                of: visit(current, aim: aim),
                attempt: Office.attempt(at: Office.now + 3600)
            )
            #expect(reason(decision) == "securityKeyNeeded")
        }
        #expect(try await enter(recovery[0].text, office, visit(current)).grant != nil)
        #expect(try await use(key, office, visit(current)).isEmpty)
    }

    @Test func `where a group wants keys, the password alone leads to the first one and to nothing else`() async throws
    {
        let office = try await Office()
        try await require(.administrators, office)
        #expect(try await password(office) == "granted")
        try await office.change { $0.isAdministrator = true }
        for aim in [.signIn, .app, .securityKey, .removal(key: 1)] as [PasswordVisit.Aim] {
            #expect(try await password(office, aim: aim) == "securityKey")
        }
        let reason = try await office.reason(.success(.password(Username(parsing: Self.name), "correct horse")))
        #expect(reason == "secondFactorNeeded")
        // An app that was being set up when the group began to want keys is none.
        let codes = try #require(OneTimeCodes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        let enrolment = try await visit(user(office), .enrolment(secret: codes.text, replacing: 0))
        let code = codes.code(at: OneTimeCodes.step(at: Office.now))
        #expect(self.reason(try await enter(code, office, enrolment)) == "securityKeyNeeded")
        // A LoginKey is no password.
        #expect(try await office.reason(office.credentials()).isEmpty)
    }

    @Test func `a key is taken away, and signs in no more`() async throws {
        let office = try await Office()
        let (key, other) = (SoftAuthenticator(), SoftAuthenticator())
        let recovery = try await add(key, to: user(office), office)
        _ = try await add(other, to: user(office), office)
        let user = try await user(office)
        let decision = try await enter(recovery[0].text, office, visit(user, aim: .removal(key: 1)))
        let grant = try #require(decision.grant)
        try await office.authenticator.removeSecurityKey(SecurityKey.ID(1), of: grant, attempt: Office.attempt())
        try await office.authenticator.removeSecurityKey(SecurityKey.ID(1), of: grant, attempt: Office.attempt())
        #expect(try await use(key, office, visit(user)) == "unknownSecurityKey")
        #expect(try await use(other, office, visit(user)).isEmpty)
        #expect(try await events(office).count { $0.detail.contains("security key 1 removed") } == 1)
        // With the last one the second factor is gone: the visit was for another.
        try await office.authenticator.removeSecurityKey(SecurityKey.ID(2), of: grant, attempt: Office.attempt())
        #expect(try await use(other, office, visit(user)) == "passwordOrFactorChanged")
        #expect(try await password(office) == "granted")
    }

    @Test func `a visit of a node without security keys is read`() async throws {
        let office = try await Office()
        let current = visit(try await user(office), aim: .removal(key: 7))
        let sealer = office.authenticator.signers.passwordVisit
        let opened = try #require(sealer.open(try sealer.seal(current), at: Office.now))
        #expect(opened == current && opened.aim == .removal(key: 7))
    }
}
