internal import HummingbirdCore
internal import NIOHTTP2
package import NIOSSL
internal import Synchronization

/// The certificate and key of new TLS connections; they can be replaced while connections are open.
package final class TLSIdentity: Sendable {
    private let current: Mutex<NIOSSLContext>

    /// Takes a certificate and its key.
    ///
    /// - Throws: An error of NIOSSL, for example for a key that belongs to another certificate.
    package init(_ configuration: TLSConfiguration) throws {
        self.current = Mutex(try Self.context(configuration))
    }

    /// Replaces them, for connections that come later.
    ///
    /// - Throws: As ``init(_:)``; then nothing is replaced.
    package func replace(by configuration: TLSConfiguration) throws {
        let context = try Self.context(configuration)
        current.withLock { $0 = context }
    }

    var context: NIOSSLContext { current.withLock { $0 } }

    private static func context(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
        var configuration = configuration
        configuration.applicationProtocols = NIOHTTP2SupportedALPNProtocols
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
