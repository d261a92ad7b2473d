// Every setting, with its default and what it is for: `latchkey configuration` prints them, and docs/configuration.md has them.

extension Settings.Key {
    /// `http.host`.
    package static let httpHost = Self("http.host", "127.0.0.1", "Address to listen on.")
    /// `http.port`.
    package static let httpPort = Self("http.port", "8080", "Port to listen on.")
    /// `http.publicURL`.
    package static let httpPublicURL = Self(
        "http.publicURL",
        "",
        "URL at which people reach the server; default: scheme, host and port above."
    )
    /// `http.aliases`.
    package static let httpAliases = Self(
        "http.aliases",
        "",
        "Further origins at which the same server is reached, separated by commas."
    )
    /// `http.plainAllowed`.
    package static let httpPlainAllowed = Self(
        "http.plainAllowed",
        "false",
        "Allow plain HTTP on addresses other than the loopback (behind a proxy)."
    )
    /// `http.trustedProxies`.
    package static let httpTrustedProxies = Self(
        "http.trustedProxies",
        "",
        "Addresses or networks (10.0.0.0/8) of trusted proxies in front, separated by commas."
    )
    /// `http.forwardedHeader`.
    package static let httpForwardedHeader = Self(
        "http.forwardedHeader",
        "X-Forwarded-For",
        "The header in which they pass on the client's address: X-Forwarded-For or Forwarded."
    )
    /// `http.connectionsPerSource`.
    package static let httpConnectionsPerSource = Self(
        "http.connectionsPerSource",
        "512",
        "Connections from one address or IPv6 /64; trusted proxies may have more."
    )
    /// `tls.certificateFile`.
    package static let tlsCertificateFile = Self(
        "tls.certificateFile",
        "",
        "PEM file with the certificate chain; with tls.keyFile it turns TLS on."
    )
    /// `tls.keyFile`.
    package static let tlsKeyFile = Self("tls.keyFile", "", "PEM file with the private key.")
    /// `database.path`.
    package static let databasePath = Self(
        "database.path",
        "latchkey.sqlite",
        "The SQLite file, or the address of a PostgreSQL database: postgresql://…"
    )
    /// `masterKey.file`.
    package static let masterKeyFile = Self(
        "masterKey.file",
        "latchkey.key",
        "File with the master key, mode 0600; made on first start."
    )
    /// `masterKey.value`.
    package static let masterKeyValue = Self(
        "masterKey.value",
        "",
        isSecret: true,
        "The master key itself, 32 bytes in Base64, instead of the file."
    )
    /// `session.serverName`.
    package static let sessionServerName = Self(
        "session.serverName",
        "main",
        "Name of this session server in server keys."
    )
    /// `session.serverURL`.
    package static let sessionServerURL = Self(
        "session.serverURL",
        "",
        "WebSocket URL of this session server; default: the public URL and /session."
    )
    /// `session.reconnectSeconds`.
    package static let sessionReconnectSeconds = Self(
        "session.reconnectSeconds",
        "75",
        "How long a side of a session may be away, after a lost connection or a restart of the server."
    )
    /// `session.pageMemory`.
    package static let sessionPageMemory = Self(
        "session.pageMemory",
        "1024",
        "MiB that the pages of all live sessions may take, so that an agent who comes late sees the page at once."
    )
    /// `session.publicAssets`.
    package static let sessionPublicAssets = Self(
        "session.publicAssets",
        "visitor",
        "Where agents get pictures from other sites: visitor, proxy (this server) or none; also 12345=none."
    )
    /// `session.loopbackAssets`.
    package static let sessionLoopbackAssets = Self(
        "session.loopbackAssets",
        "false",
        "For tests only: this server may fetch such pictures from its own machine."
    )
    /// `client.installURL`.
    package static let clientInstallURL = Self(
        "client.installURL",
        "",
        "Where pages send agents who do not have the desktop client; empty: they are told to ask for one."
    )
    /// `signIn.clockTolerance`.
    package static let signInClockTolerance = Self(
        "signIn.clockTolerance",
        "300",
        "How many seconds the clocks of LoginKey makers may be ahead."
    )
    /// `signIn.refusalBurst`.
    package static let signInRefusalBurst = Self(
        "signIn.refusalBurst",
        "200",
        "Refused sign-ins that one source may cause at once."
    )
    /// `signIn.refusalsPerSecond`.
    package static let signInRefusalsPerSecond = Self(
        "signIn.refusalsPerSecond",
        "5",
        "Refused sign-ins that one source may cause a second, sustained."
    )
    /// `signIn.grantBurst`.
    package static let signInGrantBurst = Self("signIn.grantBurst", "5000", "Sign-ins of one group at once.")
    /// `signIn.grantsPerSecond`.
    package static let signInGrantsPerSecond = Self(
        "signIn.grantsPerSecond",
        "2000",
        "Sign-ins of one group a second, sustained."
    )
    /// `presence.connectionsPerSource`.
    package static let presenceConnectionsPerSource = Self(
        "presence.connectionsPerSource",
        "50",
        "Connections of waiting visitors from one source; more behind a proxy."
    )
    /// `presence.connectionsPerAgent`.
    package static let presenceConnectionsPerAgent = Self(
        "presence.connectionsPerAgent",
        "100",
        "Connections on which one agent sees who is there."
    )
    /// `presence.connections`.
    package static let presenceConnections = Self(
        "presence.connections",
        "50000",
        "Connections of visitors, and of agents, in all."
    )
    /// `mail.server`.
    package static let mailServer = Self(
        "mail.server",
        "",
        "smtps://host:465, or smtp://host:587 with STARTTLS, to send mail with; empty: none is sent."
    )
    /// `mail.from`.
    package static let mailFrom = Self(
        "mail.from",
        "",
        "Sender of the mail: Latchkey <noreply@support.example>, or an address alone."
    )
    /// `mail.username`.
    package static let mailUsername = Self(
        "mail.username",
        "",
        "User name for signing in to the mail server; empty: none."
    )
    /// `mail.passwordFile`.
    package static let mailPasswordFile = Self(
        "mail.passwordFile",
        "",
        "File with the password, one line, readable only by its owner."
    )
    /// `mail.certificateAuthorityFile`.
    package static let mailCertificateAuthorityFile = Self(
        "mail.certificateAuthorityFile",
        "",
        "PEM file with the authority of the mail server's certificate, if it is a private one."
    )
    /// `metrics.token`.
    package static let metricsToken = Self(
        "metrics.token",
        "",
        isSecret: true,
        "The bearer token with which Prometheus reads /metrics, 16 characters or more; empty: there is no /metrics."
    )
    /// `log.level`.
    package static let logLevel = Self("log.level", "info", "trace, debug, info, notice, warning, error or critical.")
    /// `log.format`.
    package static let logFormat = Self("log.format", "text", "text, or json for one object a line.")

    /// All of them, in the order of the documents.
    package static let all = [
        httpHost, httpPort, httpPublicURL, httpAliases, httpPlainAllowed, httpTrustedProxies, httpForwardedHeader,
        httpConnectionsPerSource, tlsCertificateFile, tlsKeyFile, databasePath, masterKeyFile, masterKeyValue,
        sessionServerName, sessionServerURL, sessionReconnectSeconds, sessionPageMemory, sessionPublicAssets,
        sessionLoopbackAssets, clientInstallURL, signInClockTolerance, signInRefusalBurst, signInRefusalsPerSecond,
        signInGrantBurst, signInGrantsPerSecond, presenceConnectionsPerSource, presenceConnectionsPerAgent,
        presenceConnections, mailServer, mailFrom, mailUsername, mailPasswordFile, mailCertificateAuthorityFile,
        metricsToken, logLevel, logFormat,
    ]
}
