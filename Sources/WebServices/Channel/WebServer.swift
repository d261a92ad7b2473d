package import Accounts
internal import HTTPSupport
package import HummingbirdCore
internal import HummingbirdHTTP2
package import NIOSSL
package import SessionServer

/// The one port of a server: HTTP/1.1, WebSocket for sessions and, with TLS, HTTP/2.
package enum WebServer {
    /// Builds the server for an application.
    ///
    /// - Parameters:
    ///   - socket: What WebSockets on `/session` are connected to.
    ///   - ownOrigins: The origins whose pages may open a WebSocket.
    ///   - tls: Certificate and key; `nil` for plain HTTP.
    /// - Returns: What `Application` builds its server with.
    package static func builder(
        socket: SessionSocket,
        ownOrigins: Set<Origin>,
        tls: TLSConfiguration?
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let http1 = UpgradableHTTP1Channel(responder: responder, socket: socket, ownOrigins: ownOrigins)
            guard let tls else { return http1 }
            return try SecureChannel(tls: tls, http1: http1)
        }
    }
}
