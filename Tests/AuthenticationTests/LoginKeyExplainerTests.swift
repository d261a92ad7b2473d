import Accounts
import AccountsSQL
import AccountsSQLite
import Crypto
import Foundation
import LoginKey
import Testing

@testable import Authentication

@Suite struct LoginKeyExplainerTests {
    /// The first failed check's finding; `nil` if the credentials are good.
    private func finding(_ office: Office, _ text: String, at now: Int64 = Office.now) async throws -> String? {
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: now)
        let explanation = try await explainer.explain(text)
        let expected = try office.loginKey().text.suffix(43)
        for step in explanation.steps {
            #expect(!step.finding.contains(expected), "the expected signature is shown")
        }
        return explanation.steps.first { !$0.passed }?.finding
    }

    private func query(_ key: String, _ name: String = "joe") -> String {
        "partnerid=12345&partneruserid=\(name)&loginkey=\(key)"
    }

    /// A key signed over any message.
    private func key(_ message: String, _ office: Office, expires: Int64 = Office.now + 60) -> String {
        let secret = office.apiKey.withSecretBytes { SymmetricKey(data: $0) }
        let code = HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: secret)
        let text = Data(code).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return "$1$\(expires)$\(text)"
    }

    /// All findings of checks that failed.
    private func failures(_ office: Office, _ text: String) async throws -> [String] {
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Office.now)
        return try await explainer.explain(text).steps.filter { !$0.passed }.map(\.finding)
    }

    @Test func `reads what integrations send as the server does`() async throws {
        let office = try await Office()
        let good = try office.loginKey("joe smith").text
        try await office.change { $0.partnerUserID = try PartnerUserID(parsing: "joe smith") }
        let form = "partnerid=12345&partneruserid=joe+smith&loginkey=\(good.replacing("$", with: "%24"))"
        #expect(try await finding(office, form) == nil)
        #expect(try await finding(office, "?" + form) == nil)
        let raw = "?" + form.replacing("%24", with: "$")
        #expect(try await finding(office, raw)?.contains("blanks as %20") == true)
        let json = #" {"partnerid": 12345, "partneruserid": "joe smith", "loginkey": "\#(good)"}"#
        #expect(try await finding(office, json) == nil)
        #expect(try await finding(office, "{")?.contains("no parameters") == true)
        #expect(try await finding(office, good)?.contains("a LoginKey alone") == true)
        #expect(try await finding(office, "https://x.example/?" + query(good, "joe%20smith") + "#top") == nil)
    }

    @Test func `finds one mistake where there is one`() async throws {
        let office = try await Office()
        let inMilliseconds = "\(Office.now + 60)000"
        let key = key("12345joe1\(inMilliseconds)", office).replacing("\(Office.now + 60)", with: inMilliseconds)
        let failures = try await failures(office, query(key))
        #expect(failures.count == 1 && failures.first?.contains("milliseconds") == true, "\(failures)")

        let composed = try PartnerUserID(parsing: "jos\u{E9}")
        try await office.change { $0.partnerUserID = composed }
        let decomposed = try office.loginKey("jose\u{301}").text
        let other = try await self.failures(office, query(decomposed, "jose%CC%81"))
        #expect(other.count == 1 && other.first?.contains("Unicode form C") == true, "\(other)")

        let standard = "$1$1700003600$" + String(repeating: "+", count: 43).replacing("++", with: "A+")
        let form = "partnerid=12345&partneruserid=joe&loginkey=\(standard.replacing("$", with: "%24"))"
        #expect(try await finding(office, form)?.contains("a + in it has arrived as a blank") == true)
    }

    @Test func `says that good credentials are good`() async throws {
        let office = try await Office()
        let good = try office.loginKey().text
        #expect(try await finding(office, query(good)) == nil)
        #expect(try await finding(office, "https://x.example/agentjoin/AgentView.aspx?" + query(good)) == nil)
        #expect(try await finding(office, "partnerid=12345&partneruserid=joe~\(good)") == nil)
        #expect(try await finding(office, "username=joe@office.example~\(good)") == nil)
    }

    @Test func `recognises wrong spellings`() async throws {
        let office = try await Office()
        let good = try office.loginKey().text
        let standard = "$1$1700003600$" + String(good.suffix(43).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        if standard != good { #expect(try await finding(office, query(standard))?.contains("standard Base64") == true) }
        #expect(try await finding(office, query(good + "="))?.contains("padded") == true)
        #expect(
            try await finding(office, query(good.replacing("1700003600", with: "1700003600000")))?
                .contains("milliseconds") == true
        )
        #expect(try await finding(office, query(good.replacing("$1$", with: "$01$")))?.contains("version") == true)
        #expect(try await finding(office, query(good.replacing("$", with: "%2524")))?.contains("twice") == true)
        #expect(try await finding(office, query(good + "%0A"))?.contains("line break") == true)
        #expect(try await finding(office, query(String(good.dropLast())))?.contains("42 characters") == true)
        let hexadecimal = "$1$1700003600$" + String(repeating: "0f", count: 32)
        #expect(try await finding(office, query(hexadecimal))?.contains("hexadecimal") == true)
        #expect(try await finding(office, query(good) + "&LOGINKEY=x")?.contains("twice") == true)
        #expect(try await finding(office, "partnerid=12345&partneruserid=joe")?.contains("loginkey is missing") == true)
    }

    @Test func `recognises what was signed instead`() async throws {
        let office = try await Office()
        let end = Office.now + 60
        #expect(try await finding(office, query(key("joe123451\(end)", office)))?.contains("swapped") == true)
        #expect(
            try await finding(office, query(key("12345jos\u{E9}1\(end)", office), "jose%CC%81"))?.contains("form C")
                == true
        )
        #expect(
            try await finding(office, query(key("12345jose\u{301}1\(end)", office), "jos%C3%A9"))?.contains("form D")
                == true
        )
        #expect(
            try await finding(office, query(key("12345a%40b1\(end)", office), "a%40b"))?.contains("percent-encoded")
                == true
        )
        #expect(try await finding(office, query(key("12345~joe~1\(end)", office)))?.contains("joined by ~") == true)
        #expect(try await finding(office, query(key("12345JOE1\(end)", office)))?.contains("upper case") == true)
        #expect(
            try await finding(office, query(try office.loginKey().text, "jane"))?
                .contains("another user of the group, joe") == true
        )
        let good = try office.loginKey().text
        let named = try await finding(office, query(good, "joe@office.example"))
        #expect(named?.contains("was sent in place of the PartnerUserId \"joe\"") == true, "\(named ?? "")")
        try await office.change { $0.state = .deleted }
        let deleted = try await finding(office, query(good, "JOE"))
        #expect(deleted?.contains("same user") != true, "\(deleted ?? "")")
        #expect(try await finding(office, query(key("nonsense", office)))?.contains("no API key of the group") == true)
    }

    @Test func `recognises clocks, retired keys, used keys and users who may not`() async throws {
        let office = try await Office(usePolicy: .once)
        let good = try office.loginKey().text
        #expect(try await finding(office, query(good), at: Office.now + 3700)?.contains("3700 seconds slow") == true)
        #expect(try await finding(office, query(good), at: Office.now - 90_000)?.contains("90000 seconds fast") == true)
        _ = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        #expect(
            try await finding(office, query(good), at: Office.now + 5)?.contains("first used 5 seconds ago") == true
        )
        let fresh = try office.loginKey(lifetime: 60).text
        try await office.change { $0.state = .suspended }
        #expect(try await finding(office, query(fresh))?.contains("suspended") == true)
        let old = try #require(try await office.store.apiKeys(of: office.partnerID).first)
        try await office.store.endAPIKey(
            old.id,
            of: office.partnerID,
            at: Office.now,
            isRevoked: false,
            recording: Office.event
        )
        #expect(try await finding(office, query(fresh))?.contains("retired") == true)
    }

    @Test func `names a group and a user that are not there`() async throws {
        let office = try await Office()
        let good = try office.loginKey("jane").text
        #expect(try await finding(office, query(good, "jane"))?.contains("no user with this PartnerUserId") == true)
        #expect(try await finding(office, query(good).replacing("12345", with: "777"))?.contains("no group") == true)
    }
}
