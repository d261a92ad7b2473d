import Authentication
import Foundation
import SAML
import Testing

/// What a signature covers, and with what it was made (`docs/threats.md#saml`).
@Suite struct SAMLSignatureTests {
    /// What the audit says of a signature that does not hold.
    private static let unknownKey = "no key of the provider has made it, or by no allowed algorithm"

    /// Decides on a response that somebody changes who has a good one for ann and wants to be joe.
    private func decide(
        _ signed: ResponseDraft.Signed = .assertion,
        _ forge: (String) throws -> String
    ) async throws -> (reason: String, detail: String, actor: String) {
        let reception = try await SAMLReception()
        let visit = reception.visit()
        var draft = reception.draft(for: visit)
        (draft.signed, draft.name) = (signed, "ann")
        let good = try reception.signer.sign(draft)
        let forged = try forge(good)
        #expect(forged != good)
        return try await reception.decide(forged, for: visit)
    }

    @Test(arguments: [ResponseDraft.Signed.assertion, .response])
    func `refuses a name that was changed`(_ signed: ResponseDraft.Signed) async throws {
        let (reason, detail, _) = try await decide(signed) { $0.replacing(">ann<", with: ">joe<") }
        #expect(reason == "invalidToken")
        #expect(detail.contains(Self.unknownKey), "\(detail)")
    }

    @Test(arguments: [ResponseDraft.Signed.assertion, .response])
    func `refuses a response whose signature was taken out`(_ signed: ResponseDraft.Signed) async throws {
        let (reason, detail, _) = try await decide(signed) { Pieces($0).unsigned($0) }
        #expect(reason == "invalidToken")
        #expect(detail.contains("unsigned"), "\(detail)")
    }

    @Test func `there are eight wrappings and more, each of its own`() {
        #expect(Wrapping.all.count >= 8)
        #expect(Set(Wrapping.all.map(\.name)).count == Wrapping.all.count)
    }

    @Test(arguments: 0..<Wrapping.all.count)
    func `reads nothing but what a signature covers`(_ index: Int) async throws {
        let wrapping = Wrapping.all[index]
        let (reason, detail, actor) = try await decide(wrapping.signed) { wrapping.forge(Pieces($0)) }
        #expect(reason == "invalidToken", "\(wrapping.name): \(detail)")
        #expect(detail.contains(wrapping.detail), "\(wrapping.name): \(detail)")
        #expect(actor.isEmpty)
    }

    @Test func `refuses a signature that covers another element than its own`() async throws {
        let (reason, detail, _) = try await SAMLReception().decide { $0.reference = "_response-1" }
        #expect(reason == "invalidToken")
        #expect(detail.contains("it covers another element"), "\(detail)")
    }

    @Test func `refuses processing instructions`() async throws {
        let (reason, detail, _) = try await decide {
            $0.replacing("<samlp:Status>", with: "<?one two?><samlp:Status>")
        }
        #expect(reason == "invalidToken")
        #expect(detail.contains("processing instruction"), "\(detail)")
    }

    @Test(arguments: [
        ("joe<!-- -->", "joe"), ("j<!---->oe", "joe"), ("joe<!---->.evil.example", "joe.evil.example"),
        ("<![CDATA[joe]]>", "joe"), ("&#106;oe", "joe"), ("jo<b/>e", ""),
    ])
    func `reads names whole, whatever comments stand in them`(_ name: String, _ read: String) async throws {
        let (reason, _, actor) = try await SAMLReception().decide { $0.name = name }
        #expect(actor == read)
        #expect(reason == (read == "joe" ? "" : "unknownUser"))
    }

    @Test func `reads a name whole that got a comment behind the signature`() async throws {
        // Canonical XML has no comments: the signature still holds, and the name must still be the same.
        let (reason, _, actor) = try await decide { $0.replacing(">ann<", with: ">an<!-- -->n<") }
        #expect((reason, actor) == ("", "ann"))
    }

    @Test(arguments: [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmlenc#sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
    ])
    func `refuses SHA-1`(_ method: String, _ digest: String) async throws {
        let (reason, detail, _) = try await SAMLReception().decide { ($0.method, $0.digest) = (method, digest) }
        #expect(reason == "invalidToken")
        #expect(detail.contains(Self.unknownKey), "\(detail)")
    }

    @Test func `refuses a key that comes with the response`() async throws {
        let reception = try await SAMLReception()
        let visit = reception.visit()
        var draft = reception.draft(for: visit)
        draft.keyInfo = "<ds:KeyInfo><ds:KeyValue/><ds:X509Data/></ds:KeyInfo>"
        let attacker = try XMLSigner()
        let forged = try attacker.sign(draft)
        #expect(forged.contains("<ds:Modulus>") || forged.contains("X509Certificate>"))
        let (reason, detail, _) = try await reception.decide(forged, for: visit)
        #expect(reason == "invalidToken")
        #expect(detail.contains(Self.unknownKey), "\(detail)")
        // The provider's own KeyInfo does no harm.
        #expect(try await reception.decide { $0.keyInfo = draft.keyInfo }.reason.isEmpty)
    }

    static let documentTypes = [
        "<!DOCTYPE samlp:Response>",
        #"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>"#,
        #"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#,
        #"<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">"#,
        #"<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/a"> %p;]>"#,
    ]

    @Test(arguments: documentTypes)
    func `refuses document types`(_ type: String) async throws {
        let (reason, detail, _) = try await decide { type + $0 }
        #expect(reason == "invalidToken")
        #expect(detail.contains("documentType"), "\(detail)")
    }

    @Test(arguments: ["", "<", "<a", "\u{0}", "<?xml version='1.0'?>", "<?php x?><a/>", "\u{FEFF}<a/>"])
    func `refuses what is no response`(_ text: String) async throws {
        let reception = try await SAMLReception()
        #expect(try await reception.decide(text, for: reception.visit()).reason == "invalidToken")
    }

    @Test func `refuses what is too long, too deep or too much`() async throws {
        let reception = try await SAMLReception()
        let many = String(repeating: "<a/>", count: 5000)
        let deep = String(repeating: "<a>", count: 8000)
        for text in [String(repeating: " ", count: SAMLProgram.maximumByteCount + 1), deep] {
            #expect(try await reception.decide(text, for: reception.visit()).reason == "invalidToken")
        }
        let (reason, detail, _) = try await decide {
            $0.replacing("</samlp:Response>", with: many + "</samlp:Response>")
        }
        #expect(reason == "invalidToken")
        #expect(detail.contains("too many elements"), "\(detail)")
    }

    @Test func `says that the service is unavailable where the program is not there`() throws {
        let reading = SAMLProgram(path: "/nonexistent/latchkey-saml").read(Array("<a/>".utf8), certificates: "")
        guard case .unavailable(_) = reading else {
            Issue.record("\(reading)")
            return
        }
    }
}
