/// The parts of a signed response.
struct Pieces {
    let whole: String
    let assertion: String
    let signature: String

    init(_ signed: String) {
        whole = signed
        assertion = Self.element("saml:Assertion", in: signed)
        signature = Self.element("ds:Signature", in: signed)
    }

    private static func element(_ name: String, in text: String) -> String {
        guard let start = text.firstRange(of: "<\(name)"), let end = text.firstRange(of: "</\(name)>") else {
            return ""
        }
        return String(text[start.lowerBound..<end.upperBound])
    }

    /// A text without the signature.
    func unsigned(_ text: String) -> String { text.replacing(signature, with: "") }

    /// The assertion, for joe, under another id and without a signature.
    var evil: String {
        unsigned(assertion).replacing(">ann<", with: ">joe<").replacing("_assertion-1", with: "_evil-assertion")
    }

    /// The same with something put behind its issuer.
    func evil(with content: String) -> String {
        let end = "</saml:Issuer>"
        guard let range = evil.firstRange(of: end) else { return "" }
        return evil.replacingCharacters(in: range, with: end + content)
    }

    /// The response, for joe, with something put behind its issuer.
    func evilResponse(with content: String) -> String {
        let text = unsigned(whole).replacing(">ann<", with: ">joe<").replacing("_response-1", with: "_evil-response")
            .replacing("_assertion-1", with: "_evil-assertion")
        guard let range = text.firstRange(of: "</saml:Issuer>") else { return "" }
        return text.replacingCharacters(in: range, with: "</saml:Issuer>" + content)
    }

    /// The response with another thing in place of its assertion.
    func response(with content: String) -> String { whole.replacing(assertion, with: content) }

    /// The signature with something put before its end.
    func signature(with content: String) -> String {
        signature.replacing("</ds:Signature>", with: content + "</ds:Signature>")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}

/// A way to move what is signed aside and to put something else in its place ("On Breaking SAML: Be Whoever You Want to
/// Be", USENIX Security 2012).
struct Wrapping: Sendable {
    let name: String
    let signed: ResponseDraft.Signed
    /// What the audit says of it.
    let detail: String
    let forge: @Sendable (Pieces) -> String

    static let all = [
        Wrapping(
            name: "1: the signed response inside the signature of another",
            signed: .response,
            detail: "there is a response in the response"
        ) {
            $0.evilResponse(with: $0.signature(with: $0.unsigned($0.whole)))
        },
        Wrapping(
            name: "2: the signed response before the signature of another",
            signed: .response,
            detail: "there is a response in the response"
        ) {
            $0.evilResponse(with: $0.unsigned($0.whole) + $0.signature)
        },
        Wrapping(
            name: "3: another assertion before the signed one",
            signed: .assertion,
            detail: "an element stands there twice"
        ) {
            $0.response(with: $0.evil + $0.assertion)
        },
        Wrapping(
            name: "4: the signed assertion inside another",
            signed: .assertion,
            detail: "there is more than one assertion"
        ) {
            $0.response(with: $0.evil(with: $0.assertion))
        },
        Wrapping(
            name: "5: the signature in another assertion, what it covers behind it",
            signed: .assertion,
            detail: "an element stands there twice"
        ) {
            $0.response(with: $0.evil(with: $0.signature) + $0.unsigned($0.assertion))
        },
        Wrapping(
            name: "6: the signature in another assertion, what it covers inside it",
            signed: .assertion,
            detail: "there is more than one assertion"
        ) {
            $0.response(with: $0.evil(with: $0.signature(with: $0.unsigned($0.assertion))))
        },
        Wrapping(
            name: "7: another assertion among extensions",
            signed: .assertion,
            detail: "there is more than one assertion"
        ) {
            $0.response(with: "<samlp:Extensions>\($0.evil)</samlp:Extensions>" + $0.assertion)
        },
        Wrapping(
            name: "8: what the signature covers in an object of it",
            signed: .assertion,
            detail: "a signature holds an object"
        ) {
            $0.response(
                with: $0.evil(with: $0.signature(with: "<ds:Object>\($0.unsigned($0.assertion))</ds:Object>"))
            )
        },
        Wrapping(
            name: "another assertion with the id of the signed one",
            signed: .assertion,
            detail: "an element stands there twice"
        ) {
            $0.response(with: $0.evil.replacing("_evil-assertion", with: "_assertion-1") + $0.assertion)
        },
        Wrapping(
            name: "the signed assertion without a place",
            signed: .assertion,
            detail: "there is more than one assertion"
        ) {
            $0.response(with: $0.evil + "<samlp:Extensions>\($0.assertion)</samlp:Extensions>")
        },
        Wrapping(name: "two signed assertions", signed: .assertion, detail: "an element stands there twice") {
            $0.response(with: $0.assertion + $0.assertion.replacing("_assertion-1", with: "_assertion-2"))
        },
        Wrapping(
            name: "the signature among the status",
            signed: .assertion,
            detail: "a signature stands in another place"
        ) {
            $0.unsigned($0.whole).replacing("<samlp:Status>", with: "<samlp:Status>" + $0.signature)
        },
        Wrapping(name: "an id of XML's own", signed: .assertion, detail: "an id has a namespace") {
            $0.response(
                with: $0.evil(with: $0.signature)
                    .replacing("ID=\"_evil-assertion\"", with: "ID=\"_e\" xml:id=\"_assertion-1\"")
            )
        },
    ]
}
