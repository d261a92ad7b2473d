package import NIOSSL
internal import WireCodec

/// The mail server that takes mails from us, and how it is spoken to (RFC 6409, RFC 8314).
package struct MailServer: Sendable {
    /// How the connection is protected.
    package enum Security: Sendable {
        /// TLS from the first byte: `smtps://`.
        case tls
        /// TLS before anything is said, or nothing is said: `smtp://`.
        case startTLS
        /// None: on this machine only, and never with a password.
        case plain
    }

    /// A name and password to sign in with.
    package struct Credentials: Sendable, CustomStringConvertible {
        let username: String
        let password: String

        /// Makes credentials.
        ///
        /// - Returns: `nil` for an empty one, and for a NUL, which would end the name (RFC 4616).
        package init?(username: String, password: String) {
            guard !username.isEmpty, !password.isEmpty, !(username + password).utf8.contains(0) else { return nil }
            (self.username, self.password) = (username, password)
        }

        /// Always the same text; never the password.
        package var description: String { "Credentials(redacted)" }
    }

    /// A name or an address.
    package let host: String
    /// The port.
    package let port: Int
    /// How the connection is protected.
    package let security: Security
    let credentials: Credentials?
    let tls: TLSConfiguration

    /// Describes a server; `nil` for another kind of URL.
    ///
    /// A server of this machine is spoken to without TLS where there is neither a password nor an authority; every other one
    /// has to offer TLS.
    ///
    /// - Parameters:
    ///   - url: `smtps://host:465` or `smtp://host:587`; both ports may be left out, and an IPv6 address is in brackets.
    ///   - credentials: With what to sign in; `nil` to send without.
    ///   - authority: The certificates that the server's has to go back to; `nil` for those of the system.
    package init?(url: String, credentials: Credentials? = nil, authority: [NIOSSLCertificate]? = nil) {
        guard let server = ServerURL(url), [.smtp, .smtps].contains(server.scheme),
            server.host.contains(":") || MailDomain.isName(server.host)
        else { return nil }
        let mayBePlain = server.isLoopback && credentials == nil && authority == nil
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authority { tls.trustRoots = .certificates(authority) }
        tls.minimumTLSVersion = .tlsv12
        self.host = server.host
        self.port = server.port
        self.security = server.scheme.isSecure ? .tls : mayBePlain ? .plain : .startTLS
        self.credentials = credentials
        self.tls = tls
    }

    /// The name in its certificate; `nil` for an address, which is looked for in it as such.
    var certificateName: String? {
        let isAddress =
            host.contains(":") || host.utf8.allSatisfy { SMTPReplyReader.isDigit($0) || $0 == UInt8(ascii: ".") }
        return isAddress ? nil : host
    }
}
