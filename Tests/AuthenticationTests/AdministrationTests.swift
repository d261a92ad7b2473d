import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import ServiceTokens
import TestSupport
import Testing

@testable import Authentication

/// Who may administer: administrators, by token or by access token, and holders of the API key for reports.
@Suite struct AdministrationTests {
    private func attempt(at seconds: Int64 = Office.now, administrator: Bool = true) -> Attempt {
        var attempt = Office.attempt(at: seconds)
        attempt.mustBeAdministrator = administrator
        return attempt
    }

    private func reason(_ decision: Decision) -> String? {
        guard case .refused(let reason) = decision else { return nil }
        return reason.description
    }

    @Test func `lets nobody but administrators change accounts`() async throws {
        let office = try await Office()
        let refused = try await office.authenticator.authenticate(office.credentials(), attempt: attempt())
        #expect(reason(refused) == "notAdministrator")
        try await office.change { $0.isAdministrator = true }
        let granted = try await office.authenticator.authenticate(office.credentials(), attempt: attempt())
        #expect(granted.grant?.user.isAdministrator == true)
    }

    @Test func `an access token has the rights of its user, as they are now`() async throws {
        let office = try await Office()
        try await office.change { $0.isAdministrator = true }
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        let text = AccessToken.generate(using: RandomSource { UInt64.random(in: 0 ... .max) })
        let token = AccessToken(
            userID: user.id,
            digest: AccessToken.digest(of: text),
            label: "",
            createdAt: Office.now,
            endsAt: Office.now + 100
        )
        _ = try await office.store.addAccessToken(token, of: office.partnerID, recording: Office.event)
        func decide(_ text: String, at seconds: Int64 = Office.now) async throws -> String? {
            try await reason(office.authenticator.authorize(token: text, attempt: attempt(at: seconds)))
        }
        #expect(try await decide(text) == nil)
        #expect(try await decide(text + "0") == "invalidToken")
        #expect(try await decide(AccessToken.prefix) == "invalidToken")
        #expect(try await decide(text, at: Office.now + 100) == "expiredToken")
        try await office.change { $0.state = .suspended }
        #expect(try await decide(text) == "userSuspended")
        try await office.change {
            $0.state = .active
            $0.isAdministrator = false
        }
        #expect(try await decide(text) == "notAdministrator")
    }

    @Test func `a token of a page does not administer`() async throws {
        let office = try await Office()
        try await office.change { $0.isAdministrator = true }
        let user = try #require(try await office.store.users(of: office.partnerID, after: nil, limit: 1).first)
        for (service, expected) in [("webservices", nil), ("presence", "invalidToken"), ("viewer", "invalidToken")] {
            let claims = AuthClaims(
                user: user,
                privileges: .all,
                service: service,
                root: nil,
                correlationID: Office.attempt().correlationID,
                issuedAt: Office.now,
                lifetime: 60
            )
            let token = office.authenticator.signers.auth.sign(claims)
            let decision = try await office.authenticator.authorize(token: token, attempt: attempt())
            #expect(reason(decision) == expected, "\(service)")
            let other = try await office.authenticator.authorize(token: token, attempt: attempt(administrator: false))
            #expect(reason(other) == nil)
        }
    }

    @Test func `takes an API key itself only from its own group, and only while it is valid`() async throws {
        let office = try await Office()
        var generator = SeededGenerator(seed: 5)
        let second = APIKey.generate(using: &generator)
        let record = try await office.store.addAPIKey(
            second,
            label: "",
            to: office.partnerID,
            at: Office.now,
            recording: Office.event
        )
        func decide(_ key: String, of group: String = "12345") async throws -> (Bool, String?) {
            let attempt = Office.attempt()
            let check = try await office.authenticator.authenticate(apiKey: key, of: group, attempt: attempt)
            let granted = if case .granted = check { true } else { false }
            let events = try await office.store.auditEvents(AuditFilter(correlationID: attempt.correlationID))
            #expect(events.count == 1)
            #expect(events.allSatisfy { !$0.detail.contains(key) || key.isEmpty })
            return (granted, events.first?.reason)
        }
        let text = second.withSecretBytes { String(decoding: $0, as: UTF8.self) }
        #expect(try await decide(text) == (true, ""))
        #expect(try await decide(text + "x") == (false, "signatureMismatch"))
        #expect(try await decide("") == (false, "signatureMismatch"))
        #expect(try await decide(text, of: "99999") == (false, "unknownGroup"))
        #expect(try await decide(text, of: "x") == (false, "unknownGroup"))
        try await office.store.endAPIKey(
            record.id,
            of: office.partnerID,
            at: Office.now - 1,
            isRevoked: false,
            recording: Office.event
        )
        #expect(try await decide(text) == (false, "apiKeyRetired"))
    }

    @Test func `makes a LoginKey for whoever is signed in, and for nobody without a PartnerUserId`() async throws {
        let office = try await Office()
        let grant = try #require(
            try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt()).grant
        )
        let made = try await office.authenticator.issueLoginKey(for: grant, attempt: Office.attempt())
        guard case .issued(.version1(let key)) = made else {
            Issue.record("not of version 1")
            return
        }
        #expect(try await office.reason(office.credentials("joe", key)) == "")
        try await office.change { $0.partnerUserID = nil }
        let byPassword = Credentials.password(try Username(parsing: "joe@office.example"), "correct horse")
        let nameless = try #require(
            try await office.authenticator.authenticate(.success(byPassword), attempt: Office.attempt()).grant
        )
        #expect(
            try await office.authenticator.issueLoginKey(for: nameless, attempt: Office.attempt())
                == .refused(.unknownUser)
        )
    }

    @Test func `hashes passwords of the documented length only`() async throws {
        let office = try await Office()
        for password in ["1234567", String(repeating: "x", count: 50)] {
            await #expect(throws: AccountsError(code: .invalidField, message: "")) {
                try await office.authenticator.hash(password: password)
            }
        }
        let hash = try await office.authenticator.hash(password: "12345678")
        #expect(hash.matches(password: "12345678"))
    }
}
