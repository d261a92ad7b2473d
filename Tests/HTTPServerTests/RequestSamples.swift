import WireProtocol

/// Requests of every kind that the server knows, and some that it refuses.
enum RequestSamples {
    static let upgrade = request(
        "GET /session HTTP/1.1",
        "Host: x",
        "Connection: upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    )

    static let health = request("GET /healthz HTTP/1.1", "Host: x")

    private static let form = "partnerid=1&partneruserid=x&loginkey=$1$1700000000$" + String(repeating: "A", count: 43)

    static let signIn =
        request("POST \(Path.authorize) HTTP/1.1", "Host: x", "Content-Length: \(form.utf8.count)") + form

    static let all = [
        upgrade,
        health,
        signIn,
        request("POST \(Path.authorize) HTTP/1.1", "Host: x", "Content-Length: 3") + "a=b",
        request("POST /x HTTP/1.1", "Host: x", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
        request("POST /x HTTP/1.1", "Host: x", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
        request("POST /x HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 3") + "abc",
        request(
            "GET / HTTP/1.1",
            "Host: x",
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: A"
        ),
        request("GET / HTTP/1.1", "Host: x", "Upgrade: websocket, h2c", "Connection: upgrade"),
        request("POST /session HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: upgrade", "Content-Length: 2")
            + "ab",
        request("GET /session HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: upgrade"),
        request("CONNECT x:1 HTTP/1.1", "Host: x"),
        request("GET / HTTP/1.0"),
        request("GET / HTTP/1.1"),
        request("OPTIONS * HTTP/1.1", "Host: x"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{0}",
    ]

    static func request(_ lines: String...) -> String {
        lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}
