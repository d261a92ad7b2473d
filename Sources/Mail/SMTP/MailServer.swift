internal import Accounts
package import NIOSSL

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
        let lowered = url.lowercased()
        guard let scheme = ["smtps://", "smtp://"].first(where: { lowered.hasPrefix($0) }),
            let (host, port) = Self.split(lowered.dropFirst(scheme.count))
        else { return nil }
        let isSecure = scheme == "smtps://"
        guard let number = port.isEmpty ? (isSecure ? 465 : 587) : Int(port), (1...65_535).contains(number) else {
            return nil
        }
        let mayBePlain = Origin.isLoopback(host) && credentials == nil && authority == nil
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authority { tls.trustRoots = .certificates(authority) }
        tls.minimumTLSVersion = .tlsv12
        self.host = host
        self.port = number
        self.security = isSecure ? .tls : mayBePlain ? .plain : .startTLS
        self.credentials = credentials
        self.tls = tls
    }

    /// The name in its certificate; `nil` for an address, which is looked for in it as such.
    var certificateName: String? {
        let isAddress =
            host.contains(":") || host.utf8.allSatisfy { SMTPReplyReader.isDigit($0) || $0 == UInt8(ascii: ".") }
        return isAddress ? nil : host
    }

    private static func split(_ authority: Substring) -> (host: String, port: Substring)? {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let host = authority[..<end].dropFirst()
            let rest = authority[authority.index(after: end)...]
            let isAddress = !host.isEmpty && host.utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
            guard isAddress, rest.isEmpty || rest.hasPrefix(":"), rest != ":" else { return nil }
            return (String(host), rest.dropFirst())
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, MailDomain.isName(host), parts.count == 1 || !parts[1].isEmpty
        else {
            return nil
        }
        let port = parts.count == 2 ? parts[1] : ""
        guard port.utf8.allSatisfy(SMTPReplyReader.isDigit) else { return nil }
        return (String(host), port)
    }
}
