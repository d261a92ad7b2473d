internal import Accounts
internal import Authentication
internal import FoundationEssentials
internal import NIOHTTP1
internal import WireCodec

/// The exchange of a code for an ID token (OpenID Connect Core section 3.1.3).
enum TokenRequest {
    static func form(_ code: ProviderCode, clientID: String, _ secret: ClientSecret?) -> String {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code.code), ("redirect_uri", code.redirectURI),
            ("code_verifier", code.verifier),
        ]
        if secret?.place != .basic { fields.append(("client_id", clientID)) }
        if let secret, secret.place == .post { fields.append(("client_secret", secret.text)) }
        return fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// The header field of a client that proves itself there (RFC 6749 section 2.3.1).
    static func authorization(clientID: String, _ secret: ClientSecret?) -> String? {
        guard let secret, secret.place == .basic else { return nil }
        let pair = "\(PercentEncoding.encode(clientID)):\(PercentEncoding.encode(secret.text))"
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }

    /// The ID token in an answer.
    ///
    /// - Throws: ``ProviderCallError``; it holds an error code of RFC 6749 section 5.2 at the most.
    static func token(in answer: ProviderRequests.Answer, of endpoint: String) throws(ProviderCallError) -> String {
        let object = try? JSONReader.value(of: answer.body).object
        switch answer.status.code {
        case 200:
            guard let token = object?["id_token"]?.text else {
                throw .unavailable("\(endpoint) answers without an id_token")
            }
            return token
        case 400, 401, 403: throw .refused(Self.code(object?["error"]?.text))
        default: throw .unavailable("\(endpoint) answers \(answer.status.code)")
        }
    }

    private static func code(_ text: String?) -> String {
        let codes = [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
            "invalid_scope",
        ]
        return codes.first { $0 == text } ?? "an error without a code"
    }
}
