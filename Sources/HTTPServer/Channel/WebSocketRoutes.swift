internal import Accounts
package import HTTPCore
internal import NIOHTTP1
package import Sessions

/// The WebSockets of a server, by path, and whose pages may open them (THREATS 22).
package struct WebSocketRoutes: Sendable {
    private let endpoints: [String: any SocketEndpoint]
    private let site: WebSite

    /// Makes routes.
    ///
    /// - Parameters:
    ///   - endpoints: What WebSockets are connected to, by path; a request has to spell the path exactly so.
    ///   - site: Where our own pages are loaded, and what is in front of the server.
    package init(_ endpoints: [String: any SocketEndpoint], site: WebSite) {
        self.endpoints = endpoints
        self.site = site
    }

    /// The address that a request came from.
    func source(of head: HTTPRequestHead, peer: String) -> String {
        let forwarded = head.headers["X-Forwarded-For"]
        return site.trustedProxies.source(
            peer: peer,
            forwarded: forwarded.isEmpty ? nil : forwarded.joined(separator: ",")
        )
    }

    /// Whether a request may open a WebSocket: its path, its page, and a key of 16 bytes (RFC 6455 section 4.2.1).
    func mayUpgrade(_ head: HTTPRequestHead) -> Bool {
        let keys = head.headers["Sec-WebSocket-Key"]
        guard head.method == .GET, keys.count == 1, let key = keys.first, Self.isKey(key.utf8) else { return false }
        return match(head) != nil
    }

    /// Whether a text is the Base64 of 16 bytes: 22 characters and the padding.
    private static func isKey(_ text: String.UTF8View) -> Bool {
        text.count == 24 && text.suffix(2).allSatisfy { $0 == UInt8(ascii: "=") }
            && text.prefix(22).allSatisfy(isBase64)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// A way in, and the page that takes it; programs send no `Origin`.
    struct Match {
        let endpoint: any SocketEndpoint
        let origin: Origin?
    }

    /// What a request is connected to; `nil` if there is nothing, or not for the page that it comes from.
    func match(_ head: HTTPRequestHead) -> Match? {
        guard let endpoint = endpoints[head.uri] else { return nil }
        let texts = head.headers["Origin"]
        guard let text = texts.first else { return Match(endpoint: endpoint, origin: nil) }
        guard texts.count == 1, let origin = Origin(text),
            endpoint.takesForeignPages || site.ownOrigins.contains(origin)
        else { return nil }
        return Match(endpoint: endpoint, origin: origin)
    }
}
