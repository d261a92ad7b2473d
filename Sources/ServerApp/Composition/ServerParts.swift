internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPServer
internal import Logging
internal import Mail
internal import Metrics
internal import OpenIDClient
internal import Pages
internal import PrometheusMetrics
internal import PublicAssets
internal import SAML
internal import ServiceTokens
internal import Sessions
internal import WebServices

/// The parts of a server, made once and in this order.
struct ServerParts: Sendable {
    let server: Server
    let logger: Logger
    /// What is measured, and the token that shows it; `nil` to show it to nobody.
    let metrics: (registry: PrometheusRegistry, token: String)?
    let clock: ClockWatch
    let signers: TokenSigners
    let refresher: KeySetRefresher
    let signInService: SignInService
    let passwordResets: PasswordResetService?
    /// What sends mail; `nil` where none is sent.
    let mail: MailService?
    let presence: PresenceHub
    let nodes: NodeClient
    let hub: SessionHub
    let limits: ConnectionLimits

    init(of server: Server, masterKey: MasterKey, logger: Logger) async throws {
        self.server = server
        self.logger = logger
        // Before anything is measured.
        metrics = try Self.metrics(server.settings)
        let newest = try? await server.store.auditEvents(AuditFilter(limit: 1)).first?.time
        clock = ClockWatch(newest: newest, time: .system, logger: logger)
        signers = try await TokenSigners(masterKey: masterKey)
        let providers = ProviderClient()
        refresher = server.keySetRefresher(providers, logger)
        signInService = try server.signInService(signers, providers, refresher, logger)
        (mail, passwordResets) = try server.mail(signInService, logger)
        presence = try server.presenceHub(signInService, logger)
        nodes = NodeClient(name: server.servers.own.name, signer: signers.node)
        hub = try server.sessionHub(signers, PresenceDirectory(hub: presence, nodes: nodes), logger)
        limits = try server.connectionLimits(logger)
    }

    private static func metrics(_ settings: Settings) throws -> (registry: PrometheusRegistry, token: String)? {
        guard let token = try settings.metricsToken() else { return nil }
        let registry = PrometheusRegistry(help: MetricHelp.texts)
        MetricsSystem.bootstrap(registry)
        return (registry, token)
    }
}

// MARK: Single parts

extension Server {
    fileprivate func keySetRefresher(_ providers: ProviderClient, _ logger: Logger) -> KeySetRefresher {
        KeySetRefresher(store: store, calls: providers) { provider, error in
            logger.warning(
                "the keys of an identity provider cannot be read; those that are known stay in use",
                metadata: ["issuer": "\(provider.issuer)", "error": "\(error)"]
            )
        }
    }

    fileprivate func signInService(
        _ signers: TokenSigners,
        _ providers: ProviderClient,
        _ refresher: KeySetRefresher,
        _ logger: Logger
    ) throws -> SignInService {
        var generator = SystemRandomNumberGenerator()
        let authenticator = try Authenticator(
            store: store,
            signers: signers,
            audiences: try settings.audiences(),
            random: .system,
            clockTolerance: settings.clockTolerance(),
            calls: providers,
            refresher: refresher,
            reader: SAMLProgram.besideThisOne,
            using: &generator
        )
        return SignInService(authenticator: authenticator, limits: try settings.limits(), logger: logger)
    }

    fileprivate func mail(
        _ signInService: SignInService,
        _ logger: Logger
    ) throws -> (MailService?, PasswordResetService?) {
        guard let (client, from) = try settings.mailOfServer() else { return (nil, nil) }
        let outbox = Outbox(client: client, from: from, time: .system, random: .system, logger: logger)
        let service = PasswordResetService(signInService: signInService, outbox: outbox, site: site, logger: logger)
        return (MailService(outbox: outbox, service: service), service)
    }

    fileprivate func presenceHub(_ signInService: SignInService, _ logger: Logger) throws -> PresenceHub {
        let authorizer = PresenceAuthorizer(
            signInService: signInService,
            ownOrigins: site.ownOrigins,
            time: .system,
            random: .system
        )
        return PresenceHub(
            servers: servers,
            store: store,
            time: .system,
            random: .system,
            limits: try settings.presenceLimits(),
            logger: logger,
            isGroup: { try await signInService.group($0, askedBy: $1, at: $2) != nil },
            authorize: authorizer.admit
        )
    }

    fileprivate func sessionHub(
        _ signers: TokenSigners,
        _ presence: PresenceDirectory,
        _ logger: Logger
    ) throws -> SessionHub {
        let policy = try settings.publicAssets()
        let client = PublicAssetClient(isLoopbackAllowed: try settings.flag(.sessionLoopbackAssets))
        return SessionHub(
            servers: servers,
            store: store,
            signer: signers.serverKey,
            time: .system,
            memory: PageMemory(limit: try settings.pageMemory()),
            publicAssets: PublicAssetAccess(isAllowed: { policy.source(for: $0) == .proxy }, fetch: client.fetch),
            reconnectSeconds: try settings.reconnectSeconds(),
            logger: logger,
            onEnd: { session in Task { await presence.end(session) } }
        )
    }

    fileprivate func connectionLimits(_ logger: Logger) throws -> ConnectionLimits {
        ConnectionLimits(
            perSource: try settings.connectionsPerSource(),
            total: FileDescriptors.raise().connections,
            proxies: site.trustedProxies,
            logger: logger
        )
    }
}
