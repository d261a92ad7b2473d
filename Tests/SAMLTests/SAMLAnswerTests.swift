import Accounts
import ServiceTokens
import Testing

/// Whom an assertion that is signed well is for, and when (`docs/threats.md#saml`).
@Suite struct SAMLAnswerTests {
    typealias Change = @Sendable (inout ResponseDraft) -> Void

    @Test(arguments: [ResponseDraft.Signed.assertion, .response])
    func `signs in whom the provider vouches for`(_ signed: ResponseDraft.Signed) async throws {
        let reception = try await SAMLReception()
        let (reason, detail, actor) = try await reception.decide { $0.signed = signed }
        #expect(reason.isEmpty, "\(detail)")
        #expect(actor == "joe")
    }

    /// What is changed, why it is refused, and what the audit says of it.
    static let refusals: [(name: String, reason: String, detail: String, change: Change)] = [
        (
            "another audience", "invalidToken", "the audience does not match",
            { $0.audiences = $0.audiences.replacing("us.example", with: "them.example") }
        ),
        ("no audience", "invalidToken", "the audience does not match", { $0.audiences = "" }),
        (
            "us in one restriction of two", "invalidToken", "the audience does not match",
            { $0.audiences += $0.audiences.replacing("us.ex", with: "x") }
        ),
        ("another recipient", "invalidToken", "the recipient does not match", { $0.recipient += "0" }),
        ("another destination", "invalidToken", "the destination does not match", { $0.destination += "0" }),
        ("another issuer", "invalidToken", "the issuer of the assertion does not match", { $0.issuer += "0" }),
        ("another issuer of the response", "invalidToken", "the issuer does not match", { $0.responseIssuer += "0" }),
        (
            "an answer to another request", "invalidToken", "the assertion is one to another request",
            { $0.assertionRequest = "_another" }
        ),
        (
            "an answer to no request", "invalidToken", "the assertion is one to another request",
            { $0.assertionRequest = nil }
        ),
        (
            "a response to another request", "invalidToken", "the response is one to another request",
            { $0.request = "_another" }
        ),
        (
            "a condition that nobody knows", "invalidToken", "it has a condition that is not known",
            { $0.otherConditions = "<saml:Moon/>" }
        ),
        (
            "no bearer", "invalidToken", "there is no bearer confirmation",
            { $0.confirmation = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches" }
        ),
        (
            "nobody has signed in", "invalidToken", "it does not say that anybody has signed in",
            { $0.statement = false }
        ),
        ("a confirmation that is over", "expiredToken", "it is over", { $0.confirmationEnds = 0 }),
        ("conditions that are over", "expiredToken", "it is over", { $0.ends = 0 }),
        ("a session that is over", "expiredToken", "it is over", { $0.sessionEnds = 0 }),
        ("of the future", "expiredToken", "it is of the future", { $0.notBefore = 301 }),
        (
            "good for more than a day", "invalidToken", "it is good for more than a day",
            { $0.confirmationEnds = 86_401 }
        ),
        ("a refusal of the provider", "providerRefused", "Responder", { $0.status = "Responder" }),
        ("somebody who is not there", "unknownUser", "", { $0.name = "eve" }),
        ("no name", "unknownUser", "", { $0.name = "" }),
    ]

    @Test(arguments: 0..<refusals.count)
    func `refuses what is not for us, not from there or not now`(_ index: Int) async throws {
        let refusal = Self.refusals[index]
        let (reason, detail, _) = try await SAMLReception().decide(refusal.change)
        #expect(reason == refusal.reason, "\(refusal.name): \(detail)")
        #expect(detail.contains(refusal.detail), "\(refusal.name): \(detail)")
    }

    @Test func `takes clocks into account that differ by the tolerance`() async throws {
        let (reason, detail, _) = try await SAMLReception().decide { ($0.notBefore, $0.ends) = (300, 1) }
        #expect(reason.isEmpty, "\(detail)")
    }

    @Test func `takes an assertion once`() async throws {
        let reception = try await SAMLReception()
        let visit = reception.visit()
        let xml = try reception.signer.sign(reception.draft(for: visit))
        #expect(try await reception.decide(xml, for: visit).reason.isEmpty)
        #expect(try await reception.decide(xml, for: visit).reason == "alreadyUsed")
    }

    @Test func `takes an assertion once, whichever of its confirmations is good by then`() async throws {
        let reception = try await SAMLReception()
        let visit = reception.visit()
        var draft = reception.draft(for: visit)
        (draft.confirmationEnds, draft.otherConfirmationEnds) = (60, 300)
        let xml = try reception.signer.sign(draft)
        #expect(try await reception.decide(xml, for: visit).reason.isEmpty)
        let (reason, detail, _) = try await reception.decide(xml, for: visit, at: SAMLReception.now + 61)
        #expect(reason == "alreadyUsed", "\(detail)")
    }

    @Test func `uses up a visit that came to nothing`() async throws {
        let reception = try await SAMLReception()
        let visit = reception.visit()
        #expect(try await reception.decide("<a/>", for: visit).reason == "invalidToken")
        #expect(try await reception.decide("<a/>", for: visit).reason == "alreadyUsed")
    }

    @Test func `lets the provider begin only where the group allows it`() async throws {
        let strict = try await SAMLReception()
        let xml = try strict.signer.sign(strict.draft(for: nil))
        #expect(try await strict.decide(xml, for: nil).reason == "unknownVisit")
        let open = try await SAMLReception(allowsUnsolicited: true)
        #expect(try await open.decide(xml, for: nil).reason.isEmpty)
        #expect(try await open.decide(xml, for: nil).reason == "alreadyUsed")
        // An answer to somebody's request is not one of these.
        let answer = try open.signer.sign(open.draft(for: open.visit()))
        #expect(try await open.decide(answer, for: nil).reason == "invalidToken")
        #expect(try await open.decide(xml, for: open.visit()).reason == "invalidToken")
    }

    @Test func `refuses a visit that is over`() async throws {
        let reception = try await SAMLReception()
        let visit = reception.visit(at: SAMLReception.now - ProviderVisit.lifetime)
        let xml = try reception.signer.sign(reception.draft(for: visit))
        #expect(try await reception.decide(xml, for: visit).reason == "expiredToken")
    }

    @Test func `finds users by an attribute`() async throws {
        let reception = try await SAMLReception(claim: "uid", field: .username)
        let attribute =
            #"<saml:AttributeStatement><saml:Attribute Name="uid">VALUES</saml:Attribute></saml:AttributeStatement>"#
        let value = "<saml:AttributeValue>ANN@office.example</saml:AttributeValue>"
        let (reason, _, actor) = try await reception.decide {
            $0.attributes = attribute.replacing("VALUES", with: value)
        }
        #expect((reason, actor) == ("", "ann"))
        // Which of two is meant, nobody can say.
        let two = try await reception.decide { $0.attributes = attribute.replacing("VALUES", with: value + value) }
        #expect(two.reason == "unknownUser")
    }
}
