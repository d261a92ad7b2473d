internal import NIOHTTP1

/// What a request must be to open a WebSocket (RFC 6455 section 4.2.1), whatever its path.
enum WebSocketHandshake {
    /// Whether a request asks for a WebSocket, correctly or not.
    static func isAskedFor(by head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
            && head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// Why a request that asks for a WebSocket gets none; `nil` if it is well formed.
    static func refusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        let headers = head.headers
        guard head.method == .GET, head.version == .http1_1, !hasBody(headers) else { return .badRequest }
        // A list would make NIO choose: no client sends one.
        guard headers["Upgrade"].count == 1, headers[canonicalForm: "Upgrade"].count == 1 else { return .badRequest }
        guard headers["Sec-WebSocket-Version"] == ["13"] else { return .upgradeRequired }
        let keys = headers["Sec-WebSocket-Key"]
        guard keys.count == 1, let key = keys.first, isKey(key.utf8) else { return .badRequest }
        return nil
    }

    private static func hasBody(_ headers: HTTPHeaders) -> Bool {
        headers.contains(name: "Transfer-Encoding") || headers["Content-Length"].contains { $0 != "0" }
    }

    /// Whether a text is the Base64 of 16 bytes: 22 characters and the padding.
    ///
    /// The last character carries four bits that may be anything; they are ignored, as clients exist that do not clear
    /// them.
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
}
