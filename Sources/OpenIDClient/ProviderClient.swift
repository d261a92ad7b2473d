package import Accounts
package import Authentication
internal import Metrics
internal import NIOHTTP1
internal import ServiceTokens
internal import WireCodec

/// Calls identity providers that are connected, and no others.
///
/// An answer may have 64 KiB and take five seconds; redirects are not followed. Calls are asynchronous: what waits for
/// a provider keeps nothing else waiting.
package struct ProviderClient: ProviderCalls {
    private let requests: ProviderRequests

    /// Makes a client.
    ///
    /// - Parameter patience: How long an answer may take.
    package init(patience: Duration = .seconds(5)) {
        self.requests = ProviderRequests(patience: patience)
    }

    /// Reads what a provider publishes about itself.
    ///
    /// - Parameters:
    ///   - issuer: An `https:` URL, or an `http:` URL of this machine.
    ///   - certificates: The certificates, as PEM, that its own has to go back to; empty for those of the system.
    /// - Returns: The document.
    /// - Throws: ``ProviderCallError``.
    package func discover(
        _ issuer: String,
        certificates: String
    ) async throws(ProviderCallError) -> DiscoveryDocument {
        guard ProviderAddress.isAllowed(issuer, issuer: issuer), !issuer.contains("?") else {
            throw .unavailable("the issuer has to be an https: address without a query")
        }
        let url = (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
        return try DiscoveryDocument(try await requests.get(url, certificates: certificates), of: issuer)
    }

    /// Whether browsers may be sent to an address: `https:`, or `http:` on this machine.
    package static func mayOpen(_ url: String) -> Bool { ProviderAddress.isAllowed(url, issuer: url) }

    /// Reads the metadata of a SAML provider, at most 64 KiB, which nobody has looked at.
    ///
    /// - Throws: ``ProviderCallError``.
    package func metadata(at url: String) async throws(ProviderCallError) -> String {
        guard Self.mayOpen(url) else { throw .unavailable("the address of the metadata has to be an https: one") }
        return String(decoding: try await requests.get(url, certificates: ""), as: UTF8.self)
    }

    /// The keys at an address, each with its algorithm.
    ///
    /// - Throws: ``ProviderCallError``, also for what is no key set.
    package func keySet(at source: IdentityProvider.KeySource) async throws(ProviderCallError) -> String {
        let bytes = try await requests.get(source.url, certificates: source.certificates)
        do {
            let keys = try await VerificationKeys(
                keySet: String(decoding: bytes, as: UTF8.self),
                algorithm: source.algorithm
            )
            return keys.pinned
        } catch {
            throw .unavailable("the key set at \(source.url) cannot be used: \(error)")
        }
    }

    package func keySet(of provider: IdentityProvider) async throws(ProviderCallError) -> String {
        guard let source = provider.keySource else { throw .unavailable("its keys are provided, not fetched") }
        return try await counted("keys") { () async throws(ProviderCallError) in try await keySet(at: source) }
    }

    package func redeem(_ code: ProviderCode, at provider: IdentityProvider) async throws(ProviderCallError) -> String {
        guard let signIn = provider.signIn else { throw .unavailable("nobody signs in with it") }
        let form = TokenRequest.form(code, clientID: provider.audience, signIn.secret)
        let authorization = TokenRequest.authorization(clientID: provider.audience, signIn.secret)
        return try await counted("token") { () async throws(ProviderCallError) in
            let answer = try await requests.post(
                form,
                to: signIn.tokenEndpoint,
                authorization: authorization,
                certificates: provider.keySource?.certificates ?? ""
            )
            return try TokenRequest.token(in: answer, of: signIn.tokenEndpoint)
        }
    }

    private func counted(
        _ call: String,
        _ body: () async throws(ProviderCallError) -> String
    ) async throws(ProviderCallError) -> String {
        func count(_ outcome: String) {
            Counter(label: "latchkey_provider_calls_total", dimensions: [("call", call), ("outcome", outcome)])
                .increment()
        }
        do {
            let text = try await body()
            count("answered")
            return text
        } catch {
            switch error {
            case .refused: count("refused")
            case .unavailable: count("failed")
            }
            throw error
        }
    }
}
