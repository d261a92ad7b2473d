package import Accounts
package import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import Logging
package import LoginKey
internal import NIOSSL
internal import PublicAssets
internal import Sessions
package import WireCodec

/// Settings as the server's parts take them.
extension Settings {
    /// Where the installation is reached.
    package func site() throws -> WebSite {
        var aliases = try aliases()
        if Origin.isLoopback(text(.httpHost)) {
            let port = try number(.httpPort, in: 1...65_535)
            let scheme = try isSecure() ? "https" : "http"
            aliases += ["localhost", "127.0.0.1"].compactMap { ServerURL("\(scheme)://\($0):\(port)") }
        }
        return WebSite(
            publicURL: try publicURL(),
            aliases: aliases,
            sessionServers: [try sessionServerURL()] + aliases.map(\.webSocket.text),
            installURL: text(.clientInstallURL),
            trustedProxies: try trustedProxies()
        )
    }

    private func aliases() throws -> [ServerURL] {
        let text = text(.httpAliases)
        return try text.split { $0 == "," || $0 == " " }
            .map { alias in
                guard let server = ServerURL(alias), Origin(server) != nil else {
                    throw CommandFailure(
                        "http.aliases is \"\(text)\"; it has to be origins such as https://support.example, separated by "
                            + "commas"
                    )
                }
                return server
            }
    }

    private func trustedProxies() throws -> TrustedProxies {
        let text = text(.httpTrustedProxies)
        let addresses = text.split { $0 == "," || $0 == " " }.map(String.init)
        guard let proxies = TrustedProxies(addresses, field: try forwardedField()) else {
            throw CommandFailure(
                "http.trustedProxies is \"\(text)\"; it has to be IP addresses or networks such as 10.0.0.0/8, separated "
                    + "by commas"
            )
        }
        return proxies
    }

    private func forwardedField() throws -> TrustedProxies.Field {
        let text = text(.httpForwardedHeader)
        let fields = TrustedProxies.Field.allCases
        guard let field = fields.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            let names = fields.map(\.rawValue).joined(separator: " or ")
            throw CommandFailure("http.forwardedHeader is \"\(text)\"; it has to be \(names)")
        }
        return field
    }

    /// Checks whether a server would start with these settings.
    ///
    /// - Throws: ``CommandFailure`` for the first that is not valid.
    func check() throws {
        _ = try (site(), application(), audiences(), publicAssets(), presenceLimits(), metricsToken(), logFormat())
        _ = try (clockTolerance(), pageMemory(), reconnectSeconds(), flag(.sessionLoopbackAssets))
    }

    func clockTolerance() throws -> Int64 {
        Int64(try number(.signInClockTolerance, in: 0...3600))
    }

    /// Bytes.
    func pageMemory() throws -> Int {
        try number(.sessionPageMemory, in: 0...1_000_000) * 1024 * 1024
    }

    func reconnectSeconds() throws -> Int64 {
        Int64(try number(.sessionReconnectSeconds, in: 1...3600))
    }

    func sessionServerURL() throws -> String {
        guard let url = nonEmpty(.sessionServerURL) else { return try publicURL().webSocket.text + "/session" }
        guard let server = ServerURL(of: url), [.ws, .wss].contains(server.scheme) else {
            throw CommandFailure(
                "session.serverURL is \"\(url)\"; it has to be a URL such as wss://support.example/session"
            )
        }
        return url
    }

    /// The token that shows what is measured; `nil` if nobody may see it.
    func metricsToken() throws -> String? {
        guard let token = nonEmpty(.metricsToken) else { return nil }
        guard token.utf8.count >= 16 else { throw CommandFailure("metrics.token has to have 16 characters or more") }
        return token
    }

    /// Where agents get public assets from.
    func publicAssets() throws -> PublicAssetPolicy {
        let text = text(.sessionPublicAssets)
        guard let policy = PublicAssetPolicy(text) else {
            throw CommandFailure(
                "session.publicAssets is \"\(text)\"; it has to be visitor, proxy or none, and group=proxy and the like, with commas between them"
            )
        }
        return policy
    }

    func logFormat() throws -> LogOutput.Format {
        let text = text(.logFormat)
        guard let format = LogOutput.Format(rawValue: text) else {
            throw CommandFailure("log.format is \"\(text)\"; it has to be text or json")
        }
        return format
    }

    /// The certificate with its key; `nil` for plain HTTP.
    func tlsIdentity() throws -> TLSIdentity? {
        do {
            return try tls().map { try TLSIdentity($0) }
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw mismatch
        }
    }

    /// A certificate and a key that cannot be used together.
    var mismatch: CommandFailure {
        let (certificate, key) = (text(.tlsCertificateFile), text(.tlsKeyFile))
        return CommandFailure(
            "tls.keyFile is \"\(key)\"; it is not the key of the certificate in tls.certificateFile, \"\(certificate)\""
        )
    }

    func logLevel() throws -> Logger.Level {
        let text = text(.logLevel)
        guard let level = Logger.Level(rawValue: text) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("log.level is \"\(text)\"; it has to be one of \(names)")
        }
        return level
    }

    func limits() throws -> SignInService.Limits {
        let range = 1...1_000_000_000
        var limits = SignInService.Limits()
        limits.refusals.burst = Double(try number(.signInRefusalBurst, in: range))
        limits.refusals.perSecond = Double(try number(.signInRefusalsPerSecond, in: range))
        limits.grants.burst = Double(try number(.signInGrantBurst, in: range))
        limits.grants.perSecond = Double(try number(.signInGrantsPerSecond, in: range))
        return limits
    }

    func connectionsPerSource() throws -> Int {
        try number(.httpConnectionsPerSource, in: 1...1_000_000)
    }

    func presenceLimits() throws -> PresenceHub.Limits {
        let range = 1...1_000_000
        var limits = PresenceHub.Limits()
        limits.perSource = try number(.presenceConnectionsPerSource, in: range)
        limits.perAgent = try number(.presenceConnectionsPerAgent, in: range)
        limits.total = try number(.presenceConnections, in: range)
        return limits
    }

    /// The TLS configuration; `nil` for plain HTTP, which addresses other than the loopback must explicitly allow.
    func tls() throws -> TLSConfiguration? {
        let (certificate, key) = (nonEmpty(.tlsCertificateFile), nonEmpty(.tlsKeyFile))
        guard (certificate == nil) == (key == nil) else {
            throw CommandFailure("tls.certificateFile and tls.keyFile have to be set together")
        }
        if let certificate, let key {
            return .makeServerConfiguration(
                certificateChain: try Self.certificates(certificate).map { .certificate($0) },
                privateKey: .privateKey(try Self.privateKey(key))
            )
        }
        let host = text(.httpHost)
        guard try Origin.isLoopback(host) || flag(.httpPlainAllowed) else {
            throw CommandFailure(
                "plain HTTP on \(host) would show credentials to the network: set tls.certificateFile and "
                    + "tls.keyFile, or http.plainAllowed if a proxy in front speaks TLS"
            )
        }
        return nil
    }

    private static func certificates(_ file: String) throws(CommandFailure) -> [NIOSSLCertificate] {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(file)
            if !chain.isEmpty { return chain }
        } catch {}
        throw CommandFailure("tls.certificateFile is \"\(file)\"; no PEM certificate can be read there")
    }

    private static func privateKey(_ file: String) throws(CommandFailure) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: file, format: .pem)
        } catch {
            throw CommandFailure("tls.keyFile is \"\(file)\"; no PEM private key can be read there")
        }
    }

    func application() throws -> ApplicationConfiguration {
        ApplicationConfiguration(
            address: .hostname(text(.httpHost), port: try number(.httpPort, in: 1...65_535)),
            serverName: nil
        )
    }

    /// The URL for links that a command prints: the one that is set, or that of the server that started last.
    ///
    /// - Throws: ``CommandFailure`` for a URL that is not valid; an error of the store.
    package func publicURL(of store: any AccountStore) async throws -> ServerURL {
        guard nonEmpty(.httpPublicURL) == nil, let url = try await store.publicURL().flatMap({ ServerURL($0) }) else {
            return try publicURL()
        }
        return url
    }

    /// The URL at which people reach the server.
    package func publicURL() throws -> ServerURL {
        if let url = nonEmpty(.httpPublicURL) {
            guard let server = ServerURL(url.hasSuffix("/") ? String(url.dropLast()) : url),
                [.https, .http].contains(server.scheme)
            else {
                throw CommandFailure(
                    "http.publicURL is \"\(url)\"; it has to be https:// (or http://) and a host name, with a port if need "
                        + "be and without a path, such as https://support.example"
                )
            }
            return server
        }
        let host = text(.httpHost)
        let port = try number(.httpPort, in: 1...65_535)
        let scheme = try isSecure() ? "https" : "http"
        // Addresses in brackets do not fit into the URLs of desktop clients.
        let name = host == "::1" ? "localhost" : host
        guard !host.contains(":") || host == "::1", let server = ServerURL("\(scheme)://\(name):\(port)")
        else {
            throw CommandFailure(
                "http.host is \(host): use --public-url (key http.publicURL) to say which name people reach the server at"
            )
        }
        return server
    }

    /// The names of this server that LoginKeys of version 2 are made for: the public URL's first.
    package func audiences() throws -> [LoginKeyAudience] {
        let site = try site()
        let others = site.ownOrigins.map(\.text).sorted().compactMap { ServerURL($0) }
        let servers = [site.publicURL] + others
        // Generators that were given the usual port in the URL have it in their keys.
        let written = servers.map(\.authority) + servers.map { "\($0.bracketedHost):\($0.port)" }
        return try written.map { try LoginKeyAudience(parsing: $0) }
    }

    func isSecure() throws -> Bool {
        nonEmpty(.tlsCertificateFile) != nil
    }
}
