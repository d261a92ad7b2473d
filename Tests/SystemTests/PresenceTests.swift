import Foundation
import NIOHTTP1
import Testing
import WebSocketClient

/// Presence on a real server, as programs use it.
///
/// The time limit is for what hangs: it counts the wait for other suites too.
@Suite(.timeLimit(.minutes(10))) struct PresenceTests {
    static let record = "003Fk00000Ab1cDIAR"
    static let dana = "005Fk000001aBcDIAU"
    static let sam = "005Fk000001aBcEIAU"

    private func withDemo(_ body: (PresenceSetup) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try await body(PresenceSetup(server: server))
        #expect(await server.stop() == 0)
    }

    @Test func `says on the agent's socket what existing clients read, in their order`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            try await computer.agent(authorization: "Bearer \(token)") { agent in
                try await agent.hears(#"{"type":"connected","keepalive":25,"answers":true}"#)
                try await agent.hears(#"{"type":"visitorconn","data":{"connected":false}}"#)
                let absent =
                    #"{"type":"presence","data":{"visitorid":"\#(Self.record)","present":false,"name":"","#
                    + #""url":"","browser":"","browserver":"","platform":""}}"#
                try await agent.hears(absent)
                try await computer.visitor(name: "Noor Haddad") { visitor in
                    try await visitor.hears(#"{"type":"announced","keepalive":25,"answers":true}"#)
                    try await agent.hears(#"{"type":"visitorconn","data":{"connected":true}}"#)
                    let there = absent.replacing("false", with: "true")
                        .replacing(#""name":"""#, with: #""name":"Noor Haddad""#)
                    try await agent.hears(there)
                    // A second tab changes nothing, and its end neither.
                    try await computer.visitor(name: "Noor Haddad") { try await $0.expect("announced") }
                    try await visitor.send(#"{"type":"k"}"#)
                    try await agent.send(#"{"type":"k"}"#)
                }
                try await agent.hears(#"{"type":"visitorconn","data":{"connected":false}}"#)
                try await agent.hears(absent)
            }
        }
    }

    @Test func `takes the first frame with and without Bearer, and refuses everything else alike`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            try await computer.agent(authorization: token) { try await $0.expect("connected") }
            let mayNot = try await computer.token(of: Self.sam)
            let forged = token.dropLast(2) + "AA"
            let frames = [
                computer.connect(String(forged)), computer.connect(mayNot), computer.connect(token, group: "54321"),
                computer.connect(token, visitor: ""), computer.connect(""), #"{"type":"k"}"#, "no JSON", "",
                computer.connect(token, group: "99999"),
            ]
            for frame in frames {
                try await computer.open("/agent", frame) { agent in
                    try await agent.hears(#"{"type":"refused","data":{"reason":"refused"}}"#)
                    try await agent.hears(nil)
                }
            }
            for frame in [computer.announce(group: "99999"), computer.announce(visitor: "a b"), #"{"type":"k"}"#] {
                try await computer.open("/visitor", frame) { visitor in
                    try await visitor.hears(#"{"type":"refused","data":{"reason":"refused"}}"#)
                    try await visitor.hears(nil)
                }
            }
        }
    }

    @Test func `answers where presence is, and who is there`() async throws {
        try await withDemo { computer in
            let service = "/services/authorizationservice/GetVisitorSettings3"
            let path = service + "?groupid=12345&site=production&service=presence"
            let settings = try await computer.get(path)
            #expect(
                settings.body == #"{"presenceUrl":"127.0.0.1:\#(computer.server.port)","isPresenceLoadBalanced":false}"#
            )
            #expect(try await computer.get(path.replacing("12345", with: "99999")).status == 404)
            #expect(try await computer.get(path.replacing("=production", with: "=moon")).status == 400)
            #expect(try await computer.get(path.replacing("=presence", with: "=webservices")).status == 400)

            let token = try await computer.token()
            try await computer.visitor { visitor in
                try await visitor.expect("announced")
                for (path, member) in [("/findvisitor", "visitorfound"), ("/lookupvisitor", "visitorpresent")] {
                    let found = try await computer.get(path + computer.query(), token: token)
                    #expect(found.status == 200 && found.body.contains("\"\(member)\":true"), "\(found.body)")
                    #expect(found.member("directserver") == "127.0.0.1")
                    #expect(found.member("httpsport") == "\(computer.server.port)")
                    let missing = try await computer.get(path + computer.query(visitor: "nobody"), token: token)
                    #expect(missing.status == 200)
                    #expect(
                        missing.body == "{}" || path == "/findvisitor" && missing.body.contains("\"\(member)\":false")
                    )
                    #expect(try await computer.get(path + computer.query()).status == 401)
                    #expect(try await computer.get(path + computer.query(group: "54321"), token: token).status == 401)
                    #expect(try await computer.get(path + "?groupid=12345", token: token).status == 400)
                    #expect(
                        try await computer.get(path + computer.query() + "&GROUPID=12345", token: token).status == 400
                    )
                }
            }
        }
    }

    @Test func `hands signals to the visitor's pages, and to nobody else`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            let body = #"{"mtype":"invoke","data":{"func":"ui.show","args":[1,{"a":"\u00e9\"]"},null,true,0.5]}}"#
            #expect(try await computer.signal(body, token: token).status == 404)
            try await computer.visitor { visitor in
                try await visitor.expect("announced")
                #expect(try await computer.signal(body, token: token).status == 200)
                try await visitor.hears(
                    #"{"type":"invoke","data":{"func":"ui.show","args":[1,{"a":"é\"]"},null,true,0.5]}}"#
                )
                let signal = #"{"mtype":"signal","data":{"func":"ping"}}"#
                #expect(try await computer.signal(signal, token: token).status == 200)
                try await visitor.hears(#"{"type":"signal","data":{"func":"ping"}}"#)
                let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
                for wrong in [
                    "", "[]", #"{"mtype":"fly","data":{"func":"a"}}"#, #"{"mtype":"signal","data":{}}"#,
                    #"{"mtype":"signal","data":{"func":"a b"}}"#, #"{"mtype":"signal","data":{"func":""}}"#,
                    #"{"mtype":"signal","data":{"func":"a","args":\#(deep)}}"#,
                ] {
                    #expect(try await computer.signal(wrong, token: token).status == 400, "\(wrong)")
                }
                let large = #"{"mtype":"signal","data":{"func":"a","args":"\#(String(repeating: "x", count: 8192))"}}"#
                #expect(try await computer.signal(large, token: token).status == 413)
                #expect(try await computer.signal(signal, token: "x").status == 401)
                #expect(try await computer.signal(signal, token: try await computer.token(of: Self.sam)).status == 401)
            }
        }
    }

    @Test func `an agent of another group sees nothing, by no way`() async throws {
        try await withDemo { computer in
            try computer.server.latchkey(["group", "create", "54321", "--name", "Other"])
            try computer.server.latchkey(["apikey", "create", "--group", "54321"])
            try computer.server.latchkey([
                "user", "add", "--group", "54321", "--puid", Self.dana, "--username", "other",
            ])
            let token = try await computer.token(group: "54321")
            try await computer.agent(authorization: token, group: "54321") { agent in
                try await agent.expect("presence")
                try await computer.visitor { visitor in
                    try await visitor.expect("announced")
                    let found = try await computer.get("/findvisitor" + computer.query(group: "54321"), token: token)
                    #expect(found.body.contains("\"visitorfound\":false"))
                    let looked = try await computer.get("/lookupvisitor" + computer.query(group: "54321"), token: token)
                    #expect(looked.body == "{}")
                    for path in ["/findvisitor", "/lookupvisitor"] {
                        #expect(try await computer.get(path + computer.query(), token: token).status == 401)
                    }
                    let signal = #"{"mtype":"signal","data":{"func":"ping"}}"#
                    #expect(try await computer.signal(signal, token: token, group: "54321").status == 404)
                    #expect(try await computer.signal(signal, token: token).status == 401)
                    #expect(try await computer.join(token: token).status == 404)
                    // Their own visitor of the same id is the first that either side hears of.
                    try await computer.visitor(group: "54321", name: "Theirs") { _ in
                        try await agent.hears(#"{"type":"visitorconn","data":{"connected":true}}"#)
                        #expect(try await agent.next()?.contains("\"name\":\"Theirs\"") == true)
                    }
                    let own = try await computer.token()
                    #expect(try await computer.signal(signal, token: own).status == 200)
                    try await visitor.hears(#"{"type":"signal","data":{"func":"ping"}}"#)
                }
            }
        }
    }

    @Test func `asking to join asks a visitor who is present, once, and tells the agent the answer`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            let click = "0123456789abcdef0123456789abcdef"
            try await computer.agent(authorization: token) { agent in
                try await agent.expect("presence")
                #expect(try await computer.join(token: token, click).status == 404)
                try await computer.visitor { visitor in
                    try await visitor.expect("announced")
                    for _ in 0..<3 {
                        let answer = try await computer.join(token: token, click)
                        #expect(answer.status == 404 && answer.member("error") == "notStarted")
                    }
                    let invitation = try #require(try await visitor.next())
                    #expect(invitation.hasPrefix(#"{"type":"invite","data":{"agent":"Dana Whitfield","invitation":""#))
                    let id = try #require(invitation.split(separator: "\"").dropLast().last)
                    #expect(try await agent.expect("terms").contains("\"status\":\"asked\""))
                    try await visitor.send(#"{"type":"accepted","invitation":"00"}"#)
                    try await visitor.send(#"{"type":"accepted","invitation":"\#(id)"}"#)
                    try await visitor.send(#"{"type":"declined","invitation":"\#(id)"}"#)
                    #expect(try await agent.expect("terms").contains("\"status\":\"accepted\""))
                    // Nothing else has been said to the visitor: the answer to a ping is next.
                    let signal = #"{"mtype":"signal","data":{"func":"ping"}}"#
                    #expect(try await computer.signal(signal, token: token).status == 200)
                    try await visitor.hears(#"{"type":"signal","data":{"func":"ping"}}"#)
                }
            }
            #expect(try computer.invitations(click) == ["asked granted", "accepted granted"])
        }
    }

    @Test func `a visitor who has said no is not asked again by the same click`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            let click = "0123456789abcdef0123456789abcdef"
            try await computer.agent(authorization: token) { agent in
                try await computer.visitor { visitor in
                    try await visitor.expect("announced")
                    #expect(try await computer.join(token: token, click).status == 404)
                    let invitation = try await visitor.expect("invite")
                    let id = try #require(invitation.split(separator: "\"").dropLast().last)
                    try await visitor.send(#"{"type":"declined","invitation":"\#(id)"}"#)
                    #expect(try await agent.expect("terms").contains("\"status\":\"asked\""))
                    #expect(try await agent.expect("terms").contains("\"status\":\"declined\""))
                    #expect(try await computer.join(token: token, click).status == 404)
                }
            }
            #expect(try computer.invitations(click) == ["asked granted", "declined refused"])
        }
    }

    @Test func `an agent who may not use visitor ids asks nobody`() async throws {
        try await withDemo { computer in
            try computer.server.latchkey([
                "role", "create", "Keys only", "--group", "12345", "--privilege", "joinCobrowseSessions",
            ])
            try computer.server.latchkey([
                "user", "add", "--group", "12345", "--puid", "keys", "--username", "keys", "--role", "Keys only",
            ])
            let token = try await computer.token(of: "keys")
            try await computer.visitor { visitor in
                try await visitor.expect("announced")
                #expect(try await computer.join(token: token).status == 404)
                let signal = #"{"mtype":"signal","data":{"func":"ping"}}"#
                #expect(try await computer.signal(signal, token: try await computer.token()).status == 200)
                try await visitor.hears(#"{"type":"signal","data":{"func":"ping"}}"#)
            }
        }
    }

    @Test func `closes the socket of an agent who is suspended`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            try await computer.agent(authorization: token) { agent in
                try await agent.expect("presence")
                try computer.server.latchkey(["user", "suspend", Self.dana, "--group", "12345"])
                let start = ContinuousClock.now
                try await agent.hears(nil)
                #expect(ContinuousClock.now - start < .seconds(5))
            }
            try await computer.open("/agent", computer.connect(token)) { agent in
                try await agent.hears(#"{"type":"refused","data":{"reason":"refused"}}"#)
            }
        }
    }

    @Test func `opens the visitor's socket for pages of any site, the agent's for those that the group lists`()
        async throws
    {
        try await withDemo { computer in
            let url = computer.server.url
            let attempts: [(String, String?, Int)] = [
                ("/visitor", url, 101), ("/visitor", nil, 101), ("/visitor", "https://shop.example", 101),
                ("/visitor", "null", 403), ("/visitor", "\(url).evil.example", 403), ("/agent", url, 101),
                ("/agent", nil, 101), ("/agent", "null", 403), ("/agent", "http://evil.example", 403),
                ("/agent/", url, 403), ("/Agent", url, 403), ("/agent?x=1", url, 403),
            ]
            for (path, origin, status) in attempts {
                let answered = try await RawConnection.upgradeStatus(
                    port: computer.server.port,
                    path: path,
                    origin: origin
                )
                #expect(answered == status, "\(path) from \(origin ?? "no origin")")
            }
        }
    }

    @Test func `lets pages of listed origins ask, and no others`() async throws {
        try await withDemo { computer in
            try computer.server.latchkey(["group", "update", "12345", "--origin", "https://crm.example"])
            let token = try await computer.token()
            let ask = ["access-control-request-method": "GET", "access-control-request-headers": "authorization"]
            for (origin, isListed) in [
                ("https://crm.example", true), ("https://evil.example", false), ("null", false),
                ("https://crm.example.evil.example", false),
            ] {
                let page = ["origin": origin, "sec-fetch-site": "cross-site"]
                for path in ["/findvisitor", "/lookupvisitor", "/signalvisitor"] {
                    let url = computer.server.url + path + computer.query()
                    let preflight = try await HTTP.send(.OPTIONS, url, headers: page.merging(ask) { old, _ in old })
                    #expect(preflight.header("access-control-allow-origin") == (isListed ? origin : nil))
                    #expect(preflight.header("access-control-allow-headers")?.contains("authorization") != !isListed)
                    let bearer = page.merging(["authorization": "Bearer \(token)"]) { old, _ in old }
                    let isSignal = path == "/signalvisitor"
                    let body = Array(#"{"mtype":"signal","data":{"func":"ping"}}"#.utf8)
                    let answer = try await HTTP.send(
                        isSignal ? .POST : .GET,
                        url,
                        headers: bearer,
                        body: isSignal ? body : nil
                    )
                    #expect(answer.status == (isListed ? (isSignal ? 404 : 200) : 401), "\(path) from \(origin)")
                    #expect(answer.header("access-control-allow-origin") == (isListed ? origin : nil))
                }
                let settings = "/services/authorizationservice/GetVisitorSettings3?groupid=12345"
                let answer = try await HTTP.send(.GET, computer.server.url + settings, headers: page)
                // Visitors' sites are on no list.
                #expect(answer.header("access-control-allow-origin") == "*")
            }
        }
    }

    @Test func `holds an agent to a number of guesses, and a source to a number of connections`() async throws {
        try await withDemo { computer in
            let token = try await computer.token()
            var statuses: [Int] = []
            for number in 0..<150 {
                let path = "/findvisitor" + computer.query(visitor: "\(number)")
                statuses.append(try await computer.get(path, token: token).status)
            }
            #expect(statuses.first == 200 && statuses.last == 429)
            #expect(try await computer.join(token: token).status == 429)

            let places = try await computer.fill(60)
            #expect(places == 50)
            // All are free again once they are gone.
            try await computer.visitor { try await $0.expect("announced") }
        }
    }
}

extension SessionClient.Conversation {
    /// Waits for what is said next; `nil` is the end.
    fileprivate mutating func hears(
        _ text: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let said = try await next()
        #expect(said == text, sourceLocation: sourceLocation)
    }
}

/// What tests do with presence.
struct PresenceSetup: Sendable {
    let server: ServerProcess

    // MARK: Over HTTP

    func token(of user: String = PresenceTests.dana, group: String = "12345") async throws -> String {
        let key = try server.latchkey(["key", "make", "--group", group, "--user", user])
        let form = "partnerid=\(group)&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
        let answer = try await HTTP.postForm("\(server.url)\(ServiceTests.authorize)?service=presence", form)
        return answer.body.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }

    func query(group: String = "12345", visitor: String = PresenceTests.record) -> String {
        "?groupid=\(group)&visitorid=\(visitor)"
    }

    func get(_ path: String, token: String? = nil) async throws -> HTTP.Answer {
        let headers = token.map { ["authorization": "Bearer \($0)"] } ?? [:]
        return try await HTTP.send(.GET, server.url + path, headers: headers)
    }

    func signal(_ body: String, token: String, group: String = "12345") async throws -> HTTP.Answer {
        let headers = ["authorization": "Bearer \(token)"]
        return try await HTTP.postJSON(server.url + "/signalvisitor" + query(group: group), body, headers: headers)
    }

    func join(token: String, _ click: String? = nil) async throws -> HTTP.Answer {
        var headers = ["authorization": "Bearer \(token)"]
        headers["x-correlation-id"] = click
        let body = #"{"action":"join","visitorid":"\#(PresenceTests.record)"}"#
        return try await HTTP.postJSON(server.url + "/api/v1/sessions", body, headers: headers)
    }

    /// What the audit knows of the invitations of a click: what was said, and the outcome.
    func invitations(_ click: String) throws -> [String] {
        let text = try server.latchkey(["audit", "list", "--correlation", click, "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        return rows.filter { $0["action"] as? String == "visitorInvited" }
            .map { "\(($0["detail"] as? String ?? "").prefix { $0 != "," }) \($0["outcome"] ?? "")" }
    }

    func waitUntilPresent() async throws {
        let token = try await token()
        for _ in 0..<100 {
            if try await get("/findvisitor" + query(), token: token).body.contains(":true") { return }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        throw ServerFailure("the visitor is not present")
    }

    // MARK: Over WebSocket

    /// Goes into a session that an agent was let into.
    func enter(
        _ admission: HTTP.Answer,
        _ body: (inout SessionClient.Conversation) async throws -> Void
    ) async throws {
        guard let url = admission.member("server"), let key = admission.member("serverKey") else {
            throw ServerFailure(admission.body)
        }
        try await SessionClient(url: url)
            .converse { conversation in
                try await conversation.send(#"{"type":"connect","serverKey":"\#(key)"}"#)
                try await body(&conversation)
            }
    }

    func connect(_ authorization: String, group: String = "12345", visitor: String = PresenceTests.record) -> String {
        """
        {"type":"connect","authorization":"\(authorization)","groupid":\(group),"visitorid":"\(visitor)",\
        "guesttoken":null,"version":"5.8"}
        """
    }

    func announce(group: String = "12345", visitor: String = PresenceTests.record, name: String = "Noor") -> String {
        #"{"type":"announce","groupid":"\#(group)","visitorid":"\#(visitor)","name":"\#(name)"}"#
    }

    func open(
        _ path: String,
        _ frame: String,
        _ body: (inout SessionClient.Conversation) async throws -> Void
    ) async throws {
        try await SessionClient(url: "ws://127.0.0.1:\(server.port)\(path)")
            .converse { conversation in
                try await conversation.send(frame)
                try await body(&conversation)
            }
    }

    func agent(
        authorization: String,
        group: String = "12345",
        _ body: (inout SessionClient.Conversation) async throws -> Void
    ) async throws {
        try await open("/agent", connect(authorization, group: group), body)
    }

    func visitor(
        group: String = "12345",
        name: String = "Noor",
        _ body: (inout SessionClient.Conversation) async throws -> Void
    ) async throws {
        try await open("/visitor", announce(group: group, name: name), body)
    }

    /// Holds so many visitors' connections at once, and returns how many were let in.
    func fill(_ count: Int) async throws -> Int {
        guard count > 0 else { return 0 }
        var places = 0
        try await visitor { visitor in
            let isIn = try await visitor.next()?.contains("announced") == true
            places = try await fill(count - 1) + (isIn ? 1 : 0)
        }
        return places
    }
}
