package import Accounts
package import Authentication
internal import WireCodec

/// What a provider publishes about itself (OpenID Connect Discovery section 3, RFC 8414).
package struct DiscoveryDocument: Sendable {
    /// Where browsers are sent.
    package let authorizationEndpoint: String
    /// Where codes are redeemed.
    package let tokenEndpoint: String
    /// Where the keys are.
    package let keySetURL: String
    /// Where a client's secret may stand; empty if nowhere that is known here.
    package let secretPlaces: [ClientSecret.Place]
    /// What may be asked for; `nil` if it does not say.
    package let scopes: [String]?
    /// Whether answers name the provider (RFC 9207).
    package let namesItself: Bool

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: As it was published.
    ///   - issuer: Whose it has to be.
    /// - Throws: ``ProviderCallError`` that says what is missing or wrong.
    package init(_ bytes: [UInt8], of issuer: String) throws(ProviderCallError) {
        guard let document = try? JSONReader.value(of: bytes).object else {
            throw .unavailable("the discovery document of \(issuer) is not JSON")
        }
        guard document["issuer"]?.text == issuer else {
            throw .unavailable("the discovery document is of another issuer than \(issuer); each character counts")
        }
        func address(_ name: String) throws(ProviderCallError) -> String {
            guard let url = document[name]?.text else { throw .unavailable("the discovery document has no \(name)") }
            guard ProviderAddress.isAllowed(url, issuer: issuer) else {
                throw .unavailable("\(name) of the discovery document is no https: address")
            }
            return url
        }
        authorizationEndpoint = try address("authorization_endpoint")
        tokenEndpoint = try address("token_endpoint")
        keySetURL = try address("jwks_uri")
        // Where nothing is said, it is the header field.
        let methods = document["token_endpoint_auth_methods_supported"]?.elements?.compactMap(\.text)
        secretPlaces = (methods ?? ["client_secret_basic"]).compactMap(Self.place)
            .sorted { $0 == .basic && $1 != .basic }
        scopes = document["scopes_supported"]?.elements?.compactMap(\.text)
        namesItself = document["authorization_response_iss_parameter_supported"] == .bool(true)
    }

    private static func place(_ method: String) -> ClientSecret.Place? {
        switch method {
        case "client_secret_basic": .basic
        case "client_secret_post": .post
        default: nil
        }
    }
}
