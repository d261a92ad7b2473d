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

    /// A request with a body of some type.
    private static func post(_ target: String, _ type: String, _ body: String, _ more: String...) -> String {
        let lines = [
            "POST \(target) HTTP/1.1", "Host: x", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)",
        ]
        return (lines + more).map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    /// What existing integrations, pages, CRMs and identity providers send.
    private static let services = [
        post(
            "/services/SessionService.asmx/LookupPartnerSession2",
            "application/x-www-form-urlencoded",
            form + "&ssnkey=a+b"
        ),
        post(
            "/services/SessionService.asmx",
            "text/xml; charset=utf-8",
            "\u{FEFF}<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>",
            "SOAPAction: \"\""
        ),
        post("\(Path.authorize)?groupid=1&service=presence", "application/json", #"{"partnerid":1,"loginkey":"é"}"#),
        post("/PAPI/NewUser.asp", "application/x-www-form-urlencoded", "PartnerLogin=a&PartnerPW=b"),
        post(
            "/agentjoin/AgentView.aspx",
            "multipart/form-data; boundary=b",
            "--b\r\n\r\nx\r\n--b--\r\n",
            "Cookie: GSSNID=x"
        ),
        post("/agent/message", "text/plain", "{}", "Origin: https://crm.example", "Sec-Fetch-Site: cross-site"),
        post("/salesforce/canvas", "application/x-www-form-urlencoded", "signed_request=a.b"),
        request("PATCH /scim/v2/Users/1 HTTP/1.1", "Host: x", "If-Match: W/\"1\"", "Content-Length: 2") + "{}",
        request("DELETE /scim/v2/Users/1 HTTP/1.1", "Host: x", "Authorization: Bearer x"),
        request(
            "OPTIONS \(Path.authorize)?groupid=1 HTTP/1.1",
            "Host: x",
            "Origin: null",
            "Access-Control-Request-Method: POST"
        ),
        request(
            "HEAD /login/default.aspx HTTP/1.1",
            "Host: x",
            "X-Forwarded-For: [::1]:1, a",
            "Forwarded: for=\"[::1]\""
        ),
        request("GET /api/v1/me HTTP/1.1", "Host: x", "Authorization: Bearer x", "Connection: close"),
        request("POST /x HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "Trailer: a")
            + "1;a=b\r\nx\r\n0\r\na: b\r\n\r\n",
        upgrade.replacing("/session", with: "/agent"),
        upgrade.replacing("/session", with: "/visitor"),
    ]

    static let all =
        services + [
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
            request(
                "POST /session HTTP/1.1",
                "Host: x",
                "Upgrade: websocket",
                "Connection: upgrade",
                "Content-Length: 2"
            )
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
