import Accounts
import AccountsSQL
import AccountsSQLite
import Crypto
import Foundation
import LoginKey
import Testing
import WireCodec

@testable import Authentication

@Suite struct BoundLoginKeyExplainerTests {
    private let join = "join:26881636"

    /// The findings of checks that failed, each behind the name of its check.
    private func failures(_ office: BoundOffice, _ text: String, at now: Int64 = Office.now) async throws -> [String] {
        let explainer = LoginKeyExplainer(authenticator: office.office.authenticator, at: now)
        return try await explainer.explain(text).steps.filter { !$0.passed }.map { "\($0.check): \($0.finding)" }
    }

    private func form(_ key: String, user: String = "joe", group: String = "12345") -> String {
        "partnerid=\(group)&partneruserid=\(PercentEncoding.encode(user))&loginkey=\(PercentEncoding.encode(key))"
    }

    private func good(_ office: BoundOffice, _ algorithm: LoginKeyAlgorithm = .hs256) throws -> BoundLoginKey {
        try office.loginKey(algorithm, for: LoginKeyPurpose(.join, sessionKey: "26881636"))
    }

    /// A key whose signature is of any message.
    private func forged(_ office: BoundOffice, _ message: (String) -> String) throws -> String {
        let signed = "$2$HS256$\(office.secretID)$\(Office.now + 60)$AAECAwQFBgcICQoLDA0ODw$\(join)@support.example"
        let secret = office.office.apiKey.withSecretBytes { SymmetricKey(data: $0) }
        let code = HMAC<SHA256>.authenticationCode(for: Array(message(signed).utf8), using: secret)
        let text = Data(code).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return "\(signed)$\(text)"
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `finds nothing wrong with a good key, in a form and in every URL that it is for`(
        _ algorithm: LoginKeyAlgorithm
    ) async throws {
        let office = try await BoundOffice()
        let form = form(try good(office, algorithm).text)
        let urls = [
            form, "https://support.example/agentjoin/AgentView.aspx?SessionKey=26881636&" + form,
            "https://support.example/cobrowse/agentview.ASPX?visitorid=26881636&Wait=1&" + form,
            "https://support.example/agent/start?sessionkey=26881636&" + form,
            "https://support.example/services/SessionService.asmx/LookupPartnerSession2?ssnkey=26881636&" + form,
            "glancepanorama://agentjoin/support.example/12345/26881636?" + form,
            "glance://join/support.example?key=26881636&" + form,
        ]
        for url in urls {
            #expect(try await failures(office, url).isEmpty, "\(url)")
        }
    }

    @Test(arguments: [
        "https://support.example/agentjoin/AgentView.aspx?SessionKey=26881637&",
        "https://support.example/agentjoin/AgentView.aspx?SessionKey=26881636&VisitorId=1&",
        "https://support.example/agentjoin/AgentJoin.aspx?", "https://support.example/agent/start?key=26881636&",
        "https://support.example/services/AuthorizationService.svc/rest/Authorize?",
        "https://support.example/services/SessionService.asmx/AgentInSession?ssnkey=26881636&",
        "glancepanorama://agentjoin/support.example/12345/26881637?", "glancepanorama://authenticate?",
        "glancepanorama://show/support.example?key=26881636&",
    ])
    func `says what a request needs in place of the key`(_ url: String) async throws {
        let office = try await BoundOffice()
        let found = try await failures(office, url + form(try good(office).text))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("purpose: it is for join:26881636, and the request") == true, "\(found)")
    }

    @Test func `says exactly what is wrong with the rest`() async throws {
        let office = try await BoundOffice()
        let key = try good(office).text
        func expect(_ start: String, _ text: String, at now: Int64 = Office.now) async throws {
            let found = try await failures(office, text, at: now)
            #expect(found.first?.hasPrefix(start) == true, "\(found)")
        }
        try await expect("time: expired 0 seconds ago", form(key), at: Office.now + 60)
        try await expect("time: expires in 172860 seconds", form(key), at: Office.now - 172_800)
        try await expect(
            "audience: it is for other.example",
            form(try office.loginKey(.hs256, audience: "other.example").text)
        )
        try await expect(
            "API key: group 12345 has no API key with the id 999",
            form(try office.loginKey(.hs256, keyID: 999).text)
        )
        let wrongKind = try office.loginKey(.hs256, keyID: office.pairID).text
        try await expect("API key: API key \(office.pairID) is an Ed25519 public key", form(wrongKind))
        try await expect("group: no group has the PartnerId 777", form(key, group: "777"))
        try await expect(
            "spelling: the nonce",
            form(key.replacing("$\(Office.now + 60)$", with: "$\(Office.now + 60)$="))
        )
        try await expect("spelling: ", form(key + "="))
        #expect(try await failures(office, form(key + "=")).first?.contains("padding") == true)
        #expect(try await failures(office, form(key + " ")).first?.contains("blank") == true)
        try await expect("parameters: this is a LoginKey alone", key)
        let named = try await failures(office, form(key, user: "joe@office.example"))
        #expect(named.contains { $0.contains(#"was sent in place of the PartnerUserId "joe""#) }, "\(named)")
    }

    @Test(
        arguments: [
            ("first line", "KEY\n12345\njoe"), ("swapped", "LoginKey-2\nKEY\njoe\n12345"),
            ("joined by nothing", "LoginKey-2KEY12345joe"), ("CRLF", "LoginKey-2\r\nKEY\r\n12345\r\njoe"),
            ("with a line break after it", "LoginKey-2\nKEY\n12345\njoe\n"),
            ("upper case", "LoginKey-2\nKEY\n12345\nJOE"),
            ("version 1 was signed", "12345joe1\(Office.now + 60)"), ("only the key itself", "KEY"),
            ("another PartnerId, 777", "LoginKey-2\nKEY\n777\njoe"),
            ("another user of the group, jane", "LoginKey-2\nKEY\n12345\njane"),
            ("was the key changed on its way", "nonsense KEY"),
        ])
    func `finds what was signed in place of the message`(_ finding: String, _ message: String) async throws {
        let office = try await BoundOffice()
        let other = Group(partnerID: try PartnerID(parsing: "777"), name: "Other")
        try await office.office.store.createGroup(other, recording: Office.event)
        let jane = User(
            partnerID: office.office.partnerID,
            partnerUserID: try PartnerUserID(parsing: "jane"),
            username: try Username(parsing: "jane")
        )
        _ = try await office.office.store.createUsers([jane], recording: Office.event)
        let found = try await failures(office, form(try forged(office) { message.replacing("KEY", with: $0) }))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("signature: ") == true && found.first?.contains(finding) == true, "\(found)")
    }

    @Test func `names the API key that was used in place of the right one`() async throws {
        let office = try await BoundOffice()
        let newer = try await office.office.store.addAPIKey(
            APIKey(text: "another secret of the group, long enough"),
            label: "",
            to: office.office.partnerID,
            at: Office.now,
            recording: Office.event
        )
        let key = try office.loginKey(.hs256, keyID: newer.id.number)
        let found = try await failures(office, form(key.text))
        #expect(found.first?.contains("it was made with API key \(office.secretID), but names \(newer.id)") == true)
    }

    @Test func `says that a key was used, and spends none itself`() async throws {
        let office = try await BoundOffice()
        let key = try office.loginKey(.ed25519)
        #expect(try await failures(office, form(key.text)).isEmpty)
        #expect(try await failures(office, form(key.text)).isEmpty)
        #expect(try await office.reason(key).isEmpty)
        let found = try await failures(office, form(key.text), at: Office.now + 5)
        #expect(found == ["use: used 5 seconds ago, and it is good once: make a key for each click"])
    }

    @Test func `says that a group insists on version 2, and explains the rest of version 1`() async throws {
        let office = try await BoundOffice()
        try await office.changeGroup { $0.requiresVersion2Keys = true }
        let found = try await failures(office, form(try office.office.loginKey().text))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("version: the group insists on version 2") == true)
    }
}
