package import Accounts
internal import Foundation
package import HTTPCore
internal import HTTPServer
internal import NIOCore
package import Salesforce
package import ServiceLifecycle
internal import Sessions
internal import SystemPackage
internal import SystemSupport
internal import UnixSignals
internal import WireCodec

/// The whole server in one process: services, pages, panel and session server on one port.
package struct Server: Sendable {
    let settings: Settings
    let store: any AccountStore
    private let masterKey: MasterKey
    let demo: DemoCRM.Configuration?
    let lock: ServerNameLock
    let servers: SessionServers
    private let rereading: @Sendable () async throws -> Settings
    private let log: LogOutput
    let identity: TLSIdentity?
    let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    private static let portErrors: [Errno] = [.addressInUse, .permissionDenied, .addressNotAvailable]
    /// Where the installation is reached.
    package let site: WebSite

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - store: The store.
    ///   - masterKey: The key that tokens are signed with.
    ///   - demo: How to serve the demonstration's CRM too; `nil` for no demonstration.
    ///   - rereading: Reads the settings again, when the process is told to.
    /// - Throws: ``CommandFailure`` for a setting that is not valid, and for a server name that another process holds.
    package init(
        settings: Settings,
        store: any AccountStore,
        masterKey: MasterKey,
        demo: DemoCRM.Configuration? = nil,
        rereading: @escaping @Sendable () async throws -> Settings
    ) throws {
        self.rereading = rereading
        self.log = LogOutput(level: try settings.logLevel())
        self.identity = try settings.tlsIdentity()
        self.settings = settings
        self.store = store
        self.masterKey = masterKey
        self.demo = demo
        self.lock = try settings.lockServerName()
        let servers = SessionServers(
            SessionServerRecord(
                name: settings.text(.sessionServerName),
                url: try settings.sessionServerURL(),
                epoch: RandomSource.system.correlationID().text
            )
        )
        var site = try settings.site()
        site.otherSessionServers = { servers.urls }
        (self.site, self.servers) = (site, servers)
    }

    /// Serves until it is told to stop by SIGTERM or SIGINT.
    ///
    /// - Parameter onRunning: Called once the port is open.
    /// - Throws: What keeps the server from running: a wrong setting, a taken port.
    package func run(onRunning: @escaping @Sendable () async -> Void = {}) async throws {
        do {
            try await services(onRunning: onRunning).run()
        } catch let error as IOError where Self.portErrors.contains(Errno(rawValue: error.errnoCode)) {
            let (host, port) = (settings.text(.httpHost), settings.text(.httpPort))
            let reason = Errno(rawValue: error.errnoCode)
            throw CommandFailure(
                "cannot listen on \(host):\(port) (\(reason.description.lowercased())): \(Self.remedy(reason))"
            )
        }
    }

    private static func remedy(_ reason: Errno) -> String {
        guard reason == .permissionDenied else {
            return "choose another with --host and --port, or stop what is using it"
        }
        return
            "ports below 1024 need the capability CAP_NET_BIND_SERVICE, which the package's unit of systemd gives and, "
            + "to a program file, `setcap cap_net_bind_service=+ep FILE`; or choose another with --port"
    }

    /// Everything that must run, ready to be started and stopped gracefully.
    package func services(onRunning: @escaping @Sendable () async -> Void) async throws -> ServiceGroup {
        let logger = log.logger(format: try settings.logFormat())
        let parts = try await ServerParts(of: self, masterKey: masterKey, logger: logger)
        let services = try await parts.services {
            await onRunning()
            manager.ready()
        } onReload: { parts, keys in
            try await reload(parts, keys)
        }
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
    }

    /// Applies what can change while sessions are live; all of it, or nothing.
    private func reload(_ parts: ServerParts, _ keys: ProviderKeys) async throws {
        manager.reloading()
        defer { manager.ready() }
        let settings = try await rereading()
        try settings.check()
        let (level, limits, tls) = (try settings.logLevel(), try settings.limits(), try settings.tls())
        let perSource = try settings.connectionsPerSource()
        if let identity, let tls {
            do {
                try identity.replace(by: tls)
            } catch {
                throw settings.mismatch
            }
        }
        log.change(to: level)
        parts.signInService.change(limits)
        parts.limits.change(perSource: perSource)
        // Providers may be slow.
        Task { await keys.refresh() }
    }
}
