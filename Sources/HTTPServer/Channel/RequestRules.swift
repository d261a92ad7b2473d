internal import NIOHTTP1

/// The rules for every request of HTTP/1, beyond what NIO's decoder refuses: no doubt about where a request ends
/// and whom it is for (RFC 9112 sections 3.2 and 6.1).
struct RequestRules {
    private let sockets: WebSocketRoutes

    init(sockets: WebSocketRoutes) {
        self.sockets = sockets
    }

    /// Whether the request opens a WebSocket.
    func opensWebSocket(_ head: HTTPRequestHead) -> Bool {
        WebSocketHandshake.isAskedFor(by: head) && refusal(of: head) == nil
    }

    /// The status that a request is refused with; `nil` if it is not.
    func refusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard head.version == .http1_1 || head.version == .http1_0 else { return .httpVersionNotSupported }
        return Self.refusalOfHost(head) ?? Self.refusalOfEncoding(head) ?? Self.refusalOfExpectation(head)
            ?? refusalOfWebSocket(head)
    }

    private static func refusalOfHost(_ head: HTTPRequestHead) -> HTTPResponseStatus? {
        let hosts = head.headers["Host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else { return .badRequest }
        return hosts.allSatisfy(isHost) ? nil : .badRequest
    }

    /// Whether a text has only characters that a host name can have.
    static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { !notInHosts.contains($0) && $0 > 0x20 && $0 < 0x7f }
    }

    private static let notInHosts = Set(#",/\@?#"<>"#.utf8)

    /// Only `chunked`, once: a reader that understands another coding, or none, sees different requests than we do.
    private static func refusalOfEncoding(_ head: HTTPRequestHead) -> HTTPResponseStatus? {
        let codings = head.headers["Transfer-Encoding"]
        guard !codings.isEmpty else { return nil }
        guard head.version == .http1_1, !head.headers.contains(name: "Content-Length") else { return .badRequest }
        return codings.count == 1 && codings.first?.lowercased() == "chunked" ? nil : .notImplemented
    }

    private static func refusalOfExpectation(_ head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard head.version == .http1_1 else { return nil }
        let isKnown = head.headers[canonicalForm: "Expect"].allSatisfy { $0.lowercased() == "100-continue" }
        return isKnown ? nil : .expectationFailed
    }

    private func refusalOfWebSocket(_ head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard WebSocketHandshake.isAskedFor(by: head) else { return nil }
        guard sockets.match(head) != nil else { return .forbidden }
        return WebSocketHandshake.refusal(of: head)
    }
}

extension HTTPRequestHead {
    /// Whether the client holds the body back until it is told to go on (RFC 9110 section 10.1.1).
    var expectsContinue: Bool {
        version == .http1_1 && headers.contains(name: "Expect")
    }
}
