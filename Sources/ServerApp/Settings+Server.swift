internal import Accounts
package import HTTPCore
internal import Hummingbird
internal import Logging
internal import NIOSSL
internal import Sessions

/// Settings as the server's parts take them.
extension Settings {
    /// Where the installation is reached.
    package func site() throws -> WebSite {
        var aliases = try aliases()
        if Origin.isLoopback(try text("http.host")) {
            let port = try number("http.port", in: 1...65_535)
            let scheme = try isSecure() ? "https" : "http"
            aliases += ["localhost", "127.0.0.1"].map { "\(scheme)://\($0):\(port)" }
        }
        return WebSite(
            publicURL: try publicURL(),
            aliases: aliases,
            sessionServers: [try sessionServerURL()] + aliases.map(Self.webSocketURL),
            installURL: try text("client.installURL"),
            trustedProxies: try trustedProxies()
        )
    }

    private func aliases() throws -> [String] {
        let text = try text("http.aliases")
        return try text.split { $0 == "," || $0 == " " }
            .map { alias in
                guard let origin = Origin(String(alias)) else {
                    throw CommandFailure(
                        "http.aliases is \"\(text)\"; it has to be origins such as https://support.example, separated by "
                            + "commas"
                    )
                }
                return origin.text
            }
    }

    private func trustedProxies() throws -> TrustedProxies {
        let text = try text("http.trustedProxies")
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
        let text = try text("http.forwardedHeader")
        let fields = TrustedProxies.Field.allCases
        guard let field = fields.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            let names = fields.map(\.rawValue).joined(separator: " or ")
            throw CommandFailure("http.forwardedHeader is \"\(text)\"; it has to be \(names)")
        }
        return field
    }

    func sessionServerURL() throws -> String {
        try nonEmpty("session.serverURL") ?? Self.webSocketURL(try publicURL()) + "/session"
    }

    /// The token that shows what is measured; `nil` if nobody is shown it.
    func metricsToken() throws -> String? {
        guard let token = try nonEmpty("metrics.token") else { return nil }
        guard token.utf8.count >= 16 else { throw CommandFailure("metrics.token has to have 16 characters or more") }
        return token
    }

    func logLevel() throws -> Logger.Level {
        let text = try text("log.level")
        guard let level = Logger.Level(rawValue: text) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("log.level is \"\(text)\"; it has to be one of \(names)")
        }
        return level
    }

    func limits() throws -> SignInService.Limits {
        let range = 1...1_000_000_000
        var limits = SignInService.Limits()
        limits.refusals.burst = Double(try number("signIn.refusalBurst", in: range))
        limits.refusals.perSecond = Double(try number("signIn.refusalsPerSecond", in: range))
        limits.grants.burst = Double(try number("signIn.grantBurst", in: range))
        limits.grants.perSecond = Double(try number("signIn.grantsPerSecond", in: range))
        return limits
    }

    func presenceLimits() throws -> PresenceHub.Limits {
        let range = 1...1_000_000
        var limits = PresenceHub.Limits()
        limits.perSource = try number("presence.connectionsPerSource", in: range)
        limits.perAgent = try number("presence.connectionsPerAgent", in: range)
        limits.total = try number("presence.connections", in: range)
        return limits
    }

    /// The TLS configuration; `nil` for plain HTTP, which other addresses than the loopback have to be told to allow.
    func tls() throws -> TLSConfiguration? {
        let (certificate, key) = (try nonEmpty("tls.certificateFile"), try nonEmpty("tls.keyFile"))
        guard (certificate == nil) == (key == nil) else {
            throw CommandFailure("tls.certificateFile and tls.keyFile have to be set together")
        }
        if let certificate, let key {
            return .makeServerConfiguration(
                certificateChain: try Self.certificates(certificate).map { .certificate($0) },
                privateKey: .privateKey(try Self.privateKey(key))
            )
        }
        let host = try text("http.host")
        guard try Origin.isLoopback(host) || flag("http.plainAllowed") else {
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
            address: .hostname(try text("http.host"), port: try number("http.port", in: 1...65_535)),
            serverName: nil
        )
    }

    /// The URL under which people reach the server, without a slash at its end.
    package func publicURL() throws -> String {
        if let url = try nonEmpty("http.publicURL") { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        return "\(try isSecure() ? "https" : "http")://\(try text("http.host")):\(try text("http.port"))"
    }

    private func isSecure() throws -> Bool {
        try nonEmpty("tls.certificateFile") != nil
    }

    private static func webSocketURL(_ url: String) -> String {
        url.hasPrefix("https://") ? "wss://" + url.dropFirst(8) : "ws://" + url.dropFirst(7)
    }
}
