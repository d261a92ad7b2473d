internal import WireCodec

/// What a token of `Authorize` is for; it decides the form of the answer (`docs/protocol.md#authorize`).
package enum TokenService: String, Sendable {
    /// The services for programs, administration among them: what is meant where nothing is said.
    case webServices = "webservices"
    /// Presence: the answer is the token alone, as a JSON string.
    case presence
    /// Our own desktop client: the answer also says who it is.
    case client

    /// Reads the token out of an answer; `nil` if there is none.
    package func token(in json: [UInt8]) -> String? {
        let answer = try? JSONReader.value(of: json)
        switch self {
        case .presence: return answer?.text
        case .webServices, .client: return answer?.object?[AuthorizeMember.token.description]?.text
        }
    }
}
