import AccountsSQL
import LoginKey
import ServiceTokens
import Testing

@testable import Accounts
@testable import Authentication

@Suite struct PasswordResetTests {
    /// An office whose user can get mail.
    private func office() async throws -> Office {
        let office = try await Office()
        try await office.change { $0.email = "joe@office.example" }
        return office
    }

    private func attempt(at seconds: Int64 = Office.now) -> Attempt {
        var attempt = Office.attempt(at: seconds)
        (attempt.action, attempt.purpose) = (.passwordReset, "password reset")
        return attempt
    }

    private func offer(_ office: Office, _ attempt: Attempt? = nil) async throws -> PasswordResetOffer {
        try await office.authenticator.offerPasswordReset(
            of: .username(Username(parsing: "joe@office.example")),
            named: "joe@office.example",
            canGetMail: { $0.contains("@") },
            attempt: attempt ?? self.attempt()
        )
    }

    private func link(_ office: Office, _ attempt: Attempt? = nil) async throws -> PasswordResetLink {
        guard case .link(let link) = try await offer(office, attempt) else {
            Issue.record("no link")
            throw CancellationError()
        }
        return link
    }

    private func refusal(_ office: Office) async throws -> String {
        guard case .refused(let reason) = try await offer(office) else { return "" }
        return reason.description
    }

    /// Why a link is refused; empty if it has set the password.
    private func reset(
        _ office: Office,
        _ token: String,
        _ password: String = "battery staple",
        at seconds: Int64 = Office.now
    ) async throws -> String {
        let authenticator = office.authenticator
        let outcome = try await authenticator.resetPassword(by: token, to: password, attempt: attempt(at: seconds))
        guard case .refused(let reason) = outcome else { return "" }
        return reason.description
    }

    private func reason(_ office: Office, password: String) async throws -> String {
        try await office.reason(.success(.password(Username(parsing: "joe@office.example"), password)))
    }

    @Test func `a link sets a password once, under the correlation id of the request`() async throws {
        let office = try await office()
        let request = attempt()
        let token = try await link(office, request).token
        #expect(try await office.authenticator.isPasswordResetGood(token, at: Office.now))
        #expect(try await reason(office, password: "correct horse").isEmpty)
        #expect(try await reset(office, token).isEmpty)
        #expect(try await reason(office, password: "correct horse") == "wrongPassword")
        #expect(try await reason(office, password: "battery staple").isEmpty)
        #expect(try await !office.authenticator.isPasswordResetGood(token, at: Office.now))
        #expect(try await reset(office, token, "another one") == "alreadyUsed")
        #expect(try await reason(office, password: "battery staple").isEmpty)

        let rows = try await office.store.auditEvents(AuditFilter(correlationID: request.correlationID))
        #expect(rows.map(\.action) == Array(repeating: .passwordReset, count: 4))
        #expect(rows.map(\.reason) == ["", "", "", "alreadyUsed"])
        #expect(rows.allSatisfy { $0.actor == "joe@office.example" && $0.partnerID == office.partnerID })
        #expect(rows[2].detail.contains("user joe@office.example changed") && !rows[2].detail.contains("scrypt"))
        #expect(rows.allSatisfy { !$0.detail.contains(token) && !$0.detail.contains("staple") })
    }

    @Test func `a change ends all older links, whoever has asked for them`() async throws {
        let office = try await office()
        let (first, second, third) = (try await link(office), try await link(office), try await link(office))
        #expect(try await reset(office, second.token).isEmpty)
        #expect(try await reset(office, first.token, "another one") == "passwordChanged")
        var generator = SystemRandomNumberGenerator()
        // Spelled as it was when the links were made, and yet another password.
        let hash = try PasswordHash(password: "correct horse", using: &generator)
        try await office.change { $0.passwordHash = hash }
        #expect(try await reset(office, third.token, "another one") == "passwordChanged")
        #expect(try await reason(office, password: "correct horse").isEmpty)
    }

    @Test func `of two at once one sets the password`() async throws {
        for isSameLink in [true, false] {
            let office = try await office()
            let first = try await link(office).token
            let second = isSameLink ? first : try await link(office).token
            async let one = reset(office, first, "battery staple")
            async let other = reset(office, second, "another one")
            let reasons = try await [one, other]
            #expect(reasons.count { $0.isEmpty } == 1, "\(reasons)")
            #expect(reasons.contains(isSameLink ? "alreadyUsed" : "passwordChanged"), "\(reasons)")
            let good = reasons[0].isEmpty ? "battery staple" : "another one"
            #expect(try await reason(office, password: good).isEmpty)
        }
    }

    @Test func `a link is good for half an hour, and not a bit of it can be changed`() async throws {
        let office = try await office()
        let token = try await link(office).token
        #expect(try await reset(office, token, at: Office.now + 1800) == "expiredToken")
        for index in stride(from: 0, to: token.utf8.count, by: 3) {
            var bytes = Array(token.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try await reset(office, String(decoding: bytes, as: UTF8.self)) == "invalidToken")
        }
        for text in [
            "", ".", "..", String(token.dropLast()), token + "A", token + ".", String(repeating: "a", count: 10_000),
        ] {
            #expect(try await reset(office, text) == "invalidToken")
        }
        // Nothing of it has used the link up.
        #expect(try await reset(office, token, at: Office.now + 1799).isEmpty)
    }

    @Test func `no other token is a link, and a link is no other token`() async throws {
        let office = try await office()
        let token = try await link(office).token
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        let claims = TicketClaims(
            id: attempt().correlationID,
            userID: user.id,
            partnerID: office.partnerID,
            root: nil,
            correlationID: attempt().correlationID,
            signInEnds: nil,
            issuedAt: Office.now
        )
        let ticket = try office.authenticator.signers.ticket.sign(claims)
        #expect(try await reset(office, ticket) == "invalidToken")
        #expect(try await office.authenticator.redeem(ticket: token, attempt: Office.attempt()).grant == nil)
        #expect(try await office.authenticator.authorize(token: token, attempt: Office.attempt()).grant == nil)
    }

    @Test func `a link is for its user alone`() async throws {
        let office = try await office()
        var generator = SystemRandomNumberGenerator()
        let other = User(
            partnerID: office.partnerID,
            partnerUserID: nil,
            username: try Username(parsing: "ann"),
            passwordHash: try PasswordHash(password: "ann's own", using: &generator)
        )
        _ = try await office.store.createUsers([other], recording: Office.event)
        #expect(try await reset(office, link(office).token).isEmpty)
        #expect(try await office.reason(.success(.password(Username(parsing: "ann"), "ann's own"))).isEmpty)
    }

    @Test(arguments: [
        ("userSuspended", User.State.suspended), ("userDeleted", .deleted), ("", .active), ("", .lockedOut),
    ])
    func `state is read when a link is asked for and when it is used`(_ expected: String, _ state: User.State)
        async throws
    {
        let office = try await office()
        let token = try await link(office).token
        try await office.change { $0.state = state }
        #expect(try await refusal(office) == expected)
        #expect(try await reset(office, token) == expected)
        #expect(try await reason(office, password: "battery staple").isEmpty == expected.isEmpty)
    }

    @Test func `no link without a password, a usable address, or where the group wants no passwords`() async throws {
        let office = try await office()
        let token = try await link(office).token
        try await office.change { $0.email = "" }
        #expect(try await refusal(office) == "noEmail")
        try await office.change { ($0.email, $0.passwordHash) = ("joe@office.example", nil) }
        #expect(try await refusal(office) == "noPassword")
        #expect(try await reset(office, token) == "passwordChanged")
        var group = try #require(try await office.store.group(office.partnerID))
        group.allowsPasswords = false
        try await office.store.updateGroup(group, recording: Office.event)
        #expect(try await refusal(office) == "passwordNotAllowed")
        let unknown = try await office.authenticator.offerPasswordReset(
            of: .username(Username(parsing: "nobody")),
            named: "nobody",
            canGetMail: { _ in true },
            attempt: attempt()
        )
        guard case .refused(let reason) = unknown else {
            Issue.record("a link for nobody")
            return
        }
        #expect(reason == .unknownUser)
    }

    @Test func `a password that is too short or too long uses nothing up`() async throws {
        let office = try await office()
        let token = try await link(office).token
        for password in ["", "seven 7", String(repeating: "x", count: 50)] {
            await #expect { try await reset(office, token, password) } throws: {
                ($0 as? AccountsError)?.code == .invalidField
            }
        }
        #expect(try await reset(office, token).isEmpty)
    }

    @Test func `a link ends with the address that it was sent to`() async throws {
        let office = try await office()
        let link = try await link(office)
        #expect(try await office.authenticator.isPasswordResetGood(link.token, at: Office.now))
        try await office.change { $0.email = "joe@new.example" }
        #expect(try await !office.authenticator.isPasswordResetGood(link.token, at: Office.now))
        #expect(try await reset(office, link.token) == "passwordChanged")
    }

    @Test func `a link that administrators make for themselves goes back to their password`() async throws {
        let office = try await office()
        try await office.change { $0.isAdministrator = true }
        let decision = try await office.authenticator.authenticate(
            .success(.password(Username(parsing: "joe@office.example"), "correct horse")),
            attempt: Office.attempt()
        )
        let administrator = try #require(decision.grant)
        #expect(administrator.root != nil)
        let reference = AccountReference.person(office.partnerID, administrator.user.id)
        let link = try await office.authenticator.authorizeLink(
            for: reference,
            by: administrator,
            to: "panel",
            attempt: Office.attempt()
        )
        #expect(try #require(link.grant).root == administrator.root)
    }

    @Test func `sign-ins by the old password end, others and the second factor stay, administrators too`() async throws
    {
        let office = try await office()
        try await office.change { $0.isAdministrator = true }
        let name = try Username(parsing: "joe@office.example")
        let byPassword = try await office.authenticator.authenticate(
            .success(.password(name, "correct horse")),
            attempt: Office.attempt()
        )
        let byKey = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        let (password, key) = (try #require(byPassword.grant), try #require(byKey.grant))
        #expect(try await office.reasons(of: password) == ["", "", ""])
        #expect(try await office.reasons(of: key) == ["", "", ""])
        #expect(try await reset(office, link(office).token).isEmpty)
        #expect(try await office.reasons(of: password) == Array(repeating: "passwordChanged", count: 3))
        #expect(try await office.reasons(of: key) == ["", "", ""])
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        #expect(user.isAdministrator && user.state == .active)
        // A sign-in with the new one counts, and what goes back to it.
        let again = try await office.authenticator.authenticate(
            .success(.password(name, "battery staple")),
            attempt: Office.attempt()
        )
        #expect(try await office.reasons(of: #require(again.grant)) == ["", "", ""])
    }
}
