import AccountsSQL
import LoginKey
import ServiceTokens
import Testing

@testable import Accounts
@testable import Authentication

@Suite struct SecondFactorTests {
    private static let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    private func codes() throws -> OneTimeCodes { try #require(OneTimeCodes(Self.secret)) }

    private func code(_ offset: Int64 = 0) throws -> String {
        try codes().code(at: OneTimeCodes.step(at: Office.now) + offset)
    }

    private func user(_ office: Office) async throws -> User {
        try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
    }

    private func visit(_ user: User, _ step: PasswordVisit.Step? = nil, at now: Int64 = Office.now) -> PasswordVisit {
        PasswordVisit(
            of: user,
            step: step ?? .code(factor: user.secondFactorID?.number ?? 0),
            aim: .signIn,
            page: "/login/default.aspx",
            query: "",
            correlationID: Office.attempt().correlationID,
            at: now,
            random: RandomSource { UInt64.random(in: 0 ... .max) }
        )
    }

    private func reason(_ office: Office, _ code: String, _ visit: PasswordVisit) async throws -> String {
        let attempt = Office.attempt()
        switch try await office.authenticator.authenticate(code: code, of: visit, attempt: attempt) {
        case .granted: return ""
        case .refused(let reason): return reason.description
        }
    }

    /// Gives the office's user a second factor; the first code is the one of the step before.
    private func enrol(_ office: Office) async throws -> [RecoveryCode] {
        let user = try await user(office)
        let step = PasswordVisit.Step.enrolment(secret: Self.secret, replacing: 0)
        let decision = try await office.authenticator.authenticate(
            code: code(-1),
            of: visit(user, step),
            attempt: Office.attempt()
        )
        return try await office.authenticator.enrol(
            #require(decision.grant),
            codes(),
            attempt: Office.attempt()
        )
    }

    private func password(_ office: Office, isForEnrolment: Bool = false) async throws -> String {
        let outcome = try await office.authenticator.authenticate(
            Username(parsing: "joe@office.example"),
            password: "correct horse",
            aim: isForEnrolment ? .app : .signIn,
            attempt: Office.attempt()
        )
        switch outcome {
        case .awaits(.code, _): return "code"
        case .awaits(.enrolment, _): return "enrolment"
        case .awaits(.securityKey, _): return "securityKey"
        case .decided(.granted): return "granted"
        case .decided(.refused(let reason)): return reason.description
        }
    }

    @Test func `asks for a code once it is set up, and refuses where none can be asked for`() async throws {
        let office = try await Office()
        let name = try Username(parsing: "joe@office.example")
        #expect(try await password(office) == "granted")
        #expect(try await password(office, isForEnrolment: true) == "enrolment")
        #expect(try await enrol(office).count == 10)
        #expect(try await password(office) == "code")
        #expect(try await office.reason(.success(.password(name, "correct horse"))) == "secondFactorNeeded")
        #expect(try await office.reason(.success(.password(name, "wrong"))) == "wrongPassword")
        // A LoginKey is no password.
        #expect(try await office.reason(office.credentials()).isEmpty)
        try await office.store.removeSecondFactor(
            of: user(office).id,
            in: office.partnerID,
            recording: Office.event
        )
        #expect(try await office.reason(.success(.password(name, "correct horse"))).isEmpty)
    }

    @Test(arguments: [
        (SecondFactorPolicy.optional, false, "granted"), (.administrators, false, "granted"),
        (.administrators, true, "enrolment"), (.everybody, false, "enrolment"),
    ])
    func `a group requires it`(_ policy: SecondFactorPolicy, _ isAdministrator: Bool, _ expected: String) async throws {
        let office = try await Office()
        var group = try #require(try await office.store.group(office.partnerID))
        group.secondFactor = policy
        try await office.store.updateGroup(group, recording: Office.event)
        try await office.change { $0.isAdministrator = isAdministrator }
        #expect(try await password(office) == expected)
        let reason = try await office.reason(
            .success(.password(Username(parsing: "joe@office.example"), "correct horse"))
        )
        #expect(reason == (expected == "granted" ? "" : "secondFactorNeeded"))
    }

    @Test func `a code is good once, whatever visit it comes by, and a visit as well`() async throws {
        let office = try await Office()
        _ = try await enrol(office)
        let user = try await user(office)
        #expect(try await reason(office, "000000", visit(user)) == "wrongCode")
        // The step of the enrolment is used up.
        #expect(try await reason(office, code(-1), visit(user)) == "alreadyUsed")
        let first = visit(user)
        #expect(try await reason(office, code(), first).isEmpty)
        #expect(try await reason(office, code(), visit(user)) == "alreadyUsed")
        #expect(try await reason(office, code(1), first) == "alreadyUsed")
        #expect(try await reason(office, code(2), visit(user)) == "wrongCode")
    }

    @Test func `a wrong code uses nothing up`() async throws {
        let office = try await Office()
        _ = try await enrol(office)
        let visit = visit(try await user(office))
        #expect(try await reason(office, "", visit) == "wrongCode")
        #expect(try await reason(office, " \(code()) ", visit).isEmpty)
    }

    @Test func `a recovery code is good once`() async throws {
        let office = try await Office()
        let recovery = try await enrol(office)
        let user = try await user(office)
        #expect(try await office.store.recoveryCodesLeft(of: user) == 10)
        #expect(try await reason(office, recovery[3].text.lowercased(), visit(user)).isEmpty)
        #expect(try await reason(office, recovery[3].text, visit(user)) == "alreadyUsed")
        #expect(try await reason(office, recovery[4].text, visit(user)).isEmpty)
        #expect(try await office.store.recoveryCodesLeft(of: user) == 8)
    }

    @Test func `what has changed since the password was right ends the visit`() async throws {
        let office = try await Office()
        let enrolment = visit(try await user(office), .enrolment(secret: Self.secret, replacing: 0))
        _ = try await enrol(office)
        // Somebody who knows the password has begun to set an app up, and comes too late.
        #expect(try await reason(office, code(1), enrolment) == "passwordOrFactorChanged")
        let visit = visit(try await user(office))
        try await office.change { $0.state = .suspended }
        #expect(try await reason(office, code(), visit) == "userSuspended")
        var generator = SystemRandomNumberGenerator()
        let hash = PasswordHash.ofNoPassword(using: &generator)
        try await office.change { ($0.state, $0.passwordHash) = (.active, hash) }
        #expect(try await reason(office, code(), visit) == "passwordOrFactorChanged")
    }

    @Test func `a sign-in with a code ends with the password behind it`() async throws {
        let office = try await Office()
        _ = try await enrol(office)
        let decision = try await office.authenticator.authenticate(
            code: code(),
            of: visit(user(office)),
            attempt: Office.attempt()
        )
        let grant = try #require(decision.grant)
        #expect(try await office.reasons(of: grant) == ["", "", ""])
        var generator = SystemRandomNumberGenerator()
        let hash = PasswordHash.ofNoPassword(using: &generator)
        try await office.change { $0.passwordHash = hash }
        #expect(try await office.reasons(of: grant) == Array(repeating: "passwordChanged", count: 3))
    }

    @Test func `a sealed visit opens for five minutes, unchanged, and holds no password`() async throws {
        let office = try await Office()
        let user = try await user(office)
        let sealer = office.authenticator.signers.passwordVisit
        let visit = visit(user)
        let text = try sealer.seal(visit)
        #expect(sealer.open(text, at: Office.now + 299) == visit)
        #expect(sealer.open(text, at: Office.now + 300) == nil)
        #expect(sealer.open(String(text.reversed()), at: Office.now) == nil)
        #expect(sealer.open("", at: Office.now) == nil)
        #expect(!visit.passwordMark.contains("scrypt") && visit.passwordMark.utf8.count == 22)
    }
}
