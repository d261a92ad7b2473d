internal import HTTPCore
package import HummingbirdCore
internal import HummingbirdHTTP2

/// The one port of a server: HTTP/1.1, WebSocket for sessions and presence and, with TLS, HTTP/2.
package enum WebServer {
    /// Builds the server for an application.
    ///
    /// - Parameters:
    ///   - sockets: What WebSockets are connected to.
    ///   - authorize: Answers LoginKeys to `Authorize` below the framework.
    ///   - limits: Counts connections.
    ///   - tls: Certificate and key; `nil` for plain HTTP.
    /// - Returns: What `Application` builds its server with.
    package static func builder(
        sockets: WebSocketRoutes,
        authorize: AuthorizeFastPath,
        limits: ConnectionLimits,
        tls: TLSIdentity?
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let http1 = UpgradableHTTP1Channel(responder: responder, sockets: sockets, authorize: authorize)
            guard let tls else { return BoundedChannel(base: http1, limits: limits) }
            return BoundedChannel(base: SecureChannel(identity: tls, http1: http1), limits: limits)
        }
    }
}
