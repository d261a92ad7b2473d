import Accounts
import AccountsSQLite
import LoginKey
import ServiceTokens
import TestSupport
import Testing

@testable import Authentication

/// `key explain` and `conformance` over one list of the mistakes that integrators make (CASES K).
@Suite struct LoginKeyMistakeTests {
    private static let now: Int64 = 1_700_000_000

    @Test func `the list is long, and no two of it are the same`() {
        #expect(LoginKeyMistake.all.count >= 120)
        #expect(Set(LoginKeyMistake.all.map(\.name)).count >= LoginKeyMistake.all.count - 1)
    }

    @Test(arguments: LoginKeyMistake.all)
    func `key explain names it`(_ mistake: LoginKeyMistake) async throws {
        let office = try await Office(usePolicy: .off)
        try await office.addMistakenGroups(mistake)
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Self.now)
        let fields = [
            ("partnerid", mistake.group), ("partneruserid", mistake.sent ?? mistake.user),
            ("loginkey", mistake.loginKey(at: Self.now)),
        ]
        let form = fields.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        let explanation = try await explainer.explain(form)
        let failures = explanation.steps.filter { !$0.passed }.map(\.finding)
        #expect(failures.contains { $0.contains(mistake.words) }, "\(failures)")
        #expect(!explanation.isGood)
    }

    @Test(arguments: LoginKeyMistake.all.filter(\.isGenerators))
    func `conformance names it`(_ mistake: LoginKeyMistake) throws {
        let diagnosis = GeneratorDiagnosis(
            partnerID: "12345",
            partnerUserID: mistake.user,
            expires: "\(Self.now + mistake.lifetime)",
            apiKey: try APIKey(text: mistake.apiKey)
        )
        let finding = diagnosis.explain(mistake.loginKey(at: Self.now))
        #expect(finding.contains(mistake.words), "\(finding)")
    }

    @Test func `what is right is called right`() async throws {
        let office = try await Office(usePolicy: .off)
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Self.now)
        let query = "partnerid=12345&partneruserid=joe&loginkey=\(try office.loginKey().text)"
        #expect(try await explainer.explain(query).isGood)
        // In a URL as the group wants it, or not.
        let url = "https://latchkey.example/agentjoin/AgentView.aspx?" + query
        #expect(try await explainer.explain(url).isGood)
        var group = try #require(try await office.store.group(office.partnerID))
        group.allowsLoginKeyURLs = false
        try await office.store.updateGroup(group, recording: Office.event)
        #expect(try await explainer.explain(query).isGood)
        let failures = try await explainer.explain(url).steps.filter { !$0.passed }.map(\.finding)
        #expect(failures.count == 1 && failures.first?.contains("accepts none there") == true, "\(failures)")
    }

    @Test func `a used key is explained by the decision of the server, without using it`() async throws {
        let office = try await Office(usePolicy: .once)
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Self.now)
        let query = "partnerid=12345&partneruserid=joe&loginkey=\(try office.loginKey().text)"
        for _ in 0..<2 { #expect(try await explainer.explain(query).isGood) }
        let before = try await office.store.auditEvents(AuditFilter()).count
        _ = try await explainer.explain(query)
        #expect(try await office.store.auditEvents(AuditFilter()).count == before)
        guard
            case .granted = try await office.authenticator.authenticate(office.credentials(), attempt: Office.attempt())
        else {
            Issue.record("it was used up by explaining it")
            return
        }
        #expect(try await !explainer.explain(query).isGood)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { "%" + String(256 + Int($0), radix: 16).suffix(2) }.joined()
    }
}

extension Office {
    /// A second user, a second group, and the API key of a mistake.
    fileprivate func addMistakenGroups(_ mistake: LoginKeyMistake) async throws {
        try await change { user in
            user.partnerUserID = try PartnerUserID(parsing: mistake.user)
            user.username = try Username(parsing: "dana@office.example")
            user.email = "dana@mail.example"
        }
        let jane = User(
            partnerID: partnerID,
            partnerUserID: try PartnerUserID(parsing: "jane"),
            username: try Username(parsing: "jane@office.example")
        )
        _ = try await store.createUsers([jane], recording: Self.event)
        let key = try APIKey(text: mistake.apiKey)
        _ = try await store.addAPIKey(key, label: "", to: partnerID, at: Self.now, recording: Self.event)
        let branch = try PartnerID(parsing: "67890")
        try await store.createGroup(Group(partnerID: branch, name: "Branch"), recording: Self.event)
        let other = try APIKey(text: LoginKeyMistake.otherKey)
        _ = try await store.addAPIKey(other, label: "", to: branch, at: Self.now, recording: Self.event)
    }
}
