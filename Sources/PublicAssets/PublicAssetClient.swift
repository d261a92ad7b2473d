internal import AsyncHTTPClient
internal import HTTPCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
package import WireProtocol

/// Fetches pictures and fonts of other sites for agents (`docs/threats.md#public-assets`).
///
/// A name is looked up once, and what is connected to is the address that was looked at: it has to be one of the internet.
/// Nothing goes along: no cookie, no referrer, no address of an agent.
package final class PublicAssetClient: Sendable {
    /// The most bytes of an asset.
    package static let maximumByteCount = 2 * 1024 * 1024
    /// How many may be under way at once.
    static let maximumCount = 64
    static let maximumRedirects = 3

    /// Names are looked up by threads of their own: a server of names that keeps silent holds up nothing else.
    private static let resolvers: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 8)
        threads.start()
        return threads
    }()

    private let isLoopbackAllowed: Bool
    private let patience: Duration
    private let cache = PublicAssetCache()
    private let running = Mutex(0)

    /// - Parameters:
    ///   - isLoopbackAllowed: Whether this machine and any port may be asked: for tests alone.
    ///   - patience: How long one asset may take; half of it for a connection, and for a pause.
    package init(isLoopbackAllowed: Bool = false, patience: Duration = .seconds(10)) {
        self.isLoopbackAllowed = isLoopbackAllowed
        self.patience = patience
    }

    /// The asset of an address; `nil` if it may not be had, or cannot.
    package func fetch(_ address: String) async -> PublicAsset? {
        let now = ContinuousClock.now
        if let known = cache.asset(address, at: now) { return known }
        let mayRun = running.withLock { running in
            guard running < Self.maximumCount else { return false }
            running += 1
            return true
        }
        guard mayRun else { return nil }
        defer { running.withLock { $0 -= 1 } }
        guard let asset = try? await follow(address, until: now + patience) else { return nil }
        cache.keep(asset, of: address, at: .now)
        return asset
    }

    /// Fetches, and goes on where an answer leads; each place is looked at as the first one.
    private func follow(_ text: String, until end: ContinuousClock.Instant) async throws -> PublicAsset? {
        var next = PublicAddress(text, isAnyPort: isLoopbackAllowed)
        for _ in 0...Self.maximumRedirects {
            guard let address = next, let host = try await resolve(address) else { return nil }
            switch try await ask(address, at: host, until: end) {
            case .asset(let asset): return asset
            case .elsewhere(let location):
                next = PublicAddress(location, relativeTo: address, isAnyPort: isLoopbackAllowed)
            case .nothing: return nil
            }
        }
        return nil
    }

    /// What an address's host stands for, if it may be connected to.
    func resolve(_ address: PublicAddress) async throws -> IPAddress? {
        let found = try await Self.resolvers.runIfActive {
            try SocketAddress.makeAddressResolvingHost(address.host, port: address.port).ipAddress
        }
        guard let host = found.flatMap({ IPAddress($0) }) else { return nil }
        return host.isPublic || isLoopbackAllowed && host.isLoopback ? host : nil
    }

    private enum Answer {
        case asset(PublicAsset)
        case elsewhere(String)
        case nothing
    }

    private func ask(
        _ address: PublicAddress,
        at host: IPAddress,
        until end: ContinuousClock.Instant
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.dnsOverride = [address.host: host.text]
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .milliseconds(Self.milliseconds(patience) / 2)
        configuration.timeout.read = .milliseconds(Self.milliseconds(patience) / 2)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await answer(of: client, to: address, until: end)
            try await client.shutdown()
            return answer
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func answer(
        of client: HTTPClient,
        to address: PublicAddress,
        until end: ContinuousClock.Instant
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address.url)
        request.headers.add(name: "accept", value: "image/*,font/*")
        request.headers.add(name: "user-agent", value: "Latchkey")
        let left = end - .now
        guard left > .zero else { return .nothing }
        let response = try await client.execute(request, timeout: .milliseconds(Self.milliseconds(left)))
        if (300..<400).contains(response.status.code), let location = response.headers.first(name: "location") {
            return .elsewhere(location)
        }
        guard response.status == .ok, let type = Self.type(response.headers.first(name: "content-type")) else {
            return .nothing
        }
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= Self.maximumByteCount, .now < end else { return .nothing }
            bytes += part.readableBytesView
        }
        return .asset(PublicAsset(type: type, bytes: bytes))
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    private static let types: Set<String> = [
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/x-icon",
        "image/vnd.microsoft.icon", "image/svg+xml", "application/font-woff", "application/font-woff2",
        "application/x-font-ttf", "application/x-font-opentype", "application/vnd.ms-fontobject",
    ]

    /// The media type without parameters, if it is that of a picture or a font.
    private static func type(_ field: String?) -> String? {
        guard let name = field?.lowercased().split(separator: ";").first?.filter({ $0 != " " }) else { return nil }
        return types.contains(name) || name.hasPrefix("font/") && name.utf8.count < 100 ? name : nil
    }
}
