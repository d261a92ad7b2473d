internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import ServiceTokens

/// The cookie of a sign-in that is under way at an identity provider.
///
/// The first digit of the state is a part of its name: sixteen windows can sign in at once, and never more cookies are
/// there. It is `SameSite=Lax` where the provider sends the browser back by a link, and `None` where a form of the
/// provider's does (SAML): browsers leave `Lax` out there.
struct VisitCookie: Sendable {
    let sealer: ProviderVisitSealer
    /// Whether pages are reached by TLS or on the loopback, so that `Secure` cookies work.
    let isSecure: Bool
    /// Whether the provider's answer is a form.
    let isPosted: Bool

    /// The visit with a state that this browser has begun; `nil` for none.
    func read(_ request: Request, state: String) -> ProviderVisit? {
        let prefix = name(state) + "="
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(prefix) else { continue }
                let visit = sealer.open(String(pair.dropFirst(prefix.utf8.count)))
                if let visit, visit.state == state { return visit }
            }
        }
        return nil
    }

    /// Sets it, for as long as the visit may last.
    func set(_ visit: ProviderVisit, on response: inout Response) throws {
        let value = try sealer.seal(visit)
        guard value.utf8.count <= ProviderVisitSealer.maximumLength else {
            throw AnswerError.badRequest("The address is too long.")
        }
        add("\(name(visit.state))=\(value); Max-Age=\(ProviderVisit.lifetime)", to: &response)
    }

    /// Removes it.
    func clear(state: String, on response: inout Response) {
        add("\(name(state))=; Max-Age=0", to: &response)
    }

    private func name(_ state: String) -> String {
        let digit = state.first.flatMap { $0.isHexDigit && $0.isASCII ? String($0) : nil } ?? "0"
        return (isSecure ? "__Host-" : "") + (isPosted ? "SAML" : "SSO") + "-\(digit)"
    }

    private func add(_ cookie: String, to response: inout Response) {
        let attributes =
            "; Path=/; HttpOnly; SameSite=\(isPosted && isSecure ? "None" : "Lax")" + (isSecure ? "; Secure" : "")
        response.headers.append(HTTPField(name: .setCookie, value: cookie + attributes))
    }
}
