internal import Accounts
package import HTTPCore
internal import NIOCore
internal import NIOHTTP1
package import Sessions

/// The WebSockets of a server, by path, and whose pages may open them (`docs/threats.md#cross-site-sockets`).
package struct WebSocketRoutes: Sendable {
    private let endpoints: [String: any SocketEndpoint]
    private let site: WebSite

    /// Makes routes.
    ///
    /// - Parameters:
    ///   - endpoints: What WebSockets are connected to, by path; a request must spell the path exactly like this.
    ///   - site: Where our own pages are loaded, and what is in front of the server.
    package init(_ endpoints: [String: any SocketEndpoint], site: WebSite) {
        self.endpoints = endpoints
        self.site = site
    }

    /// Connects a channel that has been upgraded to what its request asks for.
    ///
    /// - Throws: An error of SwiftNIO; also when there is nothing at that path.
    func connect(_ channel: any Channel, at place: PipelinePlace, for head: HTTPRequestHead) throws {
        guard let match = match(head) else { throw ChannelError.inappropriateOperationForState }
        SmallReads.stop(in: channel)
        let source = source(of: head, peer: channel.remoteAddress?.ipAddress ?? "")
        let opening = SocketOpening(origin: match.origin, source: source, isDeflateAgreed: match.isDeflateAgreed)
        try match.endpoint.configure(channel, at: place, opening)
    }

    /// The address that a request came from.
    private func source(of head: HTTPRequestHead, peer: String) -> String {
        site.trustedProxies.source(
            peer: peer,
            forwardedFor: Self.value(of: "X-Forwarded-For", in: head),
            forwarded: Self.value(of: "Forwarded", in: head)
        )
    }

    private static func value(of name: String, in head: HTTPRequestHead) -> String? {
        let values = head.headers[name]
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    /// An endpoint, and the page that uses it; programs send no `Origin`.
    struct Match {
        let endpoint: any SocketEndpoint
        let origin: Origin?
        /// Whether the client offers compressed messages, and the endpoint takes them.
        let isDeflateAgreed: Bool

        /// What the answer says beyond what every handshake's does.
        var headers: HTTPHeaders {
            isDeflateAgreed ? ["Sec-WebSocket-Extensions": MessageDeflate.agreement] : [:]
        }
    }

    /// What a request is connected to; `nil` if there is nothing, or not for the page that it comes from.
    func match(_ head: HTTPRequestHead) -> Match? {
        guard let endpoint = endpoints[head.uri] else { return nil }
        let isDeflateAgreed =
            endpoint.takesDeflated && MessageDeflate.isOffered(head.headers["Sec-WebSocket-Extensions"])
        let texts = head.headers["Origin"]
        guard let text = texts.first else {
            return Match(endpoint: endpoint, origin: nil, isDeflateAgreed: isDeflateAgreed)
        }
        guard texts.count == 1, let origin = Origin(text),
            endpoint.takesForeignPages || site.ownOrigins.contains(origin)
        else { return nil }
        return Match(endpoint: endpoint, origin: origin, isDeflateAgreed: isDeflateAgreed)
    }
}
