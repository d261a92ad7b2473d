import Accounts
import AccountsSQL
import AccountsSQLite
import LoginKey
import Testing
import WireCodec

@testable import Authentication

/// `key explain` and `conformance` over one list of the mistakes that integrators make (CASES K).
@Suite struct LoginKeyMistakeTests {
    @Test func `the list is long, and no two of it are the same`() {
        #expect(LoginKeyMistake.all.count >= 120)
        #expect(Set(LoginKeyMistake.all.map(\.name)).count == LoginKeyMistake.all.count)
        #expect(LoginKeyMistake.all.allSatisfy { $0.isPresented || $0.isGenerators })
    }

    @Test func `key explain and conformance name each, as the table of the documents says`() async throws {
        let office = try await MistakenOffice()
        var table = MistakeTable()
        for mistake in LoginKeyMistake.all {
            let explained = mistake.isPresented ? try await explain(mistake, office) : nil
            let conformed = mistake.isGenerators ? try conform(mistake) : nil
            for finding in [explained, conformed].compactMap(\.self) {
                #expect(finding.contains(mistake.words), "\(mistake.name): \(finding)")
                #expect(!finding.contains(mistake.wrongWords), "\(mistake.name): \(finding)")
            }
            table.add(mistake.name, explained, conformed)
        }
        try table.check()
    }

    /// What `key explain` says, which has to decide as the server does.
    private func explain(_ mistake: LoginKeyMistake, _ office: MistakenOffice) async throws -> String {
        try await office.rename(mistake.user)
        let text = mistake.form(at: Office.now)
        let explanation = try await office.explainer.explain(text)
        #expect(!explanation.isGood, "\(mistake.name)")
        #expect(try await office.isGranted(text) == false, "\(mistake.name)")
        let findings = explanation.steps.map(\.finding)
        try office.expectNoSignature(in: findings, mistake)
        let failures = explanation.steps.filter { !$0.passed }
        return failures.map(\.finding).joined(separator: "; ")
    }

    /// What `conformance` says.
    private func conform(_ mistake: LoginKeyMistake) throws -> String {
        let apiKey = try APIKey(text: mistake.apiKey)
        let expires = "\(Office.now + mistake.lifetime)"
        let diagnosis = GeneratorDiagnosis(
            partnerID: "12345",
            partnerUserID: mistake.user,
            expires: expires,
            apiKey: apiKey
        )
        return diagnosis.explain(mistake.loginKey(at: Office.now))
    }

    @Test func `what is right is called right`() async throws {
        let office = try await Office(usePolicy: .off)
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Office.now)
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

    @Test func `both spellings of a Salesforce id are the same user`() async throws {
        let office = try await MistakenOffice()
        for (user, sent) in [("0055g00000AbCdE", "0055g00000AbCdEAAV"), ("0055g00000AbCdEAAV", "0055g00000AbCdE")] {
            try await office.rename(user)
            var mistake = LoginKeyMistake(name: "", words: "", user: sent)
            mistake.sent = sent
            let text = mistake.form(at: Office.now)
            #expect(try await office.explainer.explain(text).isGood)
            #expect(try await office.isGranted(text))
        }
    }

    @Test func `two sets of credentials are refused, as the server does`() async throws {
        let office = try await MistakenOffice()
        let good = LoginKeyMistake(name: "", words: "").form(at: Office.now)
        #expect(try await office.explainer.explain(good).isGood)
        for more in ["gssnid=x", "password=secret-secret&username=dana@office.example", "username=dana@office.example"]
        {
            let text = good + "&" + more
            #expect(try await !office.explainer.explain(text).isGood, "\(more)")
            #expect(try await !office.isGranted(text), "\(more)")
        }
        #expect(try await !office.explainer.explain("gssnid=x").isGood)
    }

    @Test func `a user without privileges is let in, and it says so`() async throws {
        let office = try await MistakenOffice()
        var group = try #require(try await office.office.store.group(office.office.partnerID))
        group.privileges = []
        try await office.office.store.updateGroup(group, recording: Office.event)
        let text = LoginKeyMistake(name: "", words: "").form(at: Office.now)
        let explanation = try await office.explainer.explain(text)
        #expect(explanation.isGood)
        #expect(explanation.steps.last?.finding.contains("can sign in and do nothing") == true)
        #expect(try await office.isGranted(text))
    }

    @Test func `a used key is explained by the decision of the server, without using it`() async throws {
        let office = try await Office(usePolicy: .once)
        let explainer = LoginKeyExplainer(authenticator: office.authenticator, at: Office.now)
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
}
