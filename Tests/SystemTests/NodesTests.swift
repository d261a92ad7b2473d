import Foundation
import LoginKey
import NIOHTTP1
import TestSupport
import Testing
import WebSocketClient

/// Two servers over one PostgreSQL database.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(10)))
struct NodesTests {
    @Test func `a key is good once on both, a token everywhere, and a session can be joined through either`()
        async throws
    {
        let nodes = try await TwoNodes()
        let key = try nodes.makeKey(by: nodes.first)
        let granted = try await nodes.signIn(key, at: nodes.first)
        #expect(granted.status == 200)
        #expect(try await nodes.signIn(key, at: nodes.second).status == 401)
        let token = try #require(granted.member("authToken"))
        let visit = try await nodes.visit("v1", at: nodes.first)
        let join = try await eventually { try await nodes.join("v1", at: nodes.second, token: token) }
        #expect(join.server == visit.server)
        let (socket, visitorKey, agentKey) = (visit.server, visit.serverKey, join.serverKey)
        let isActive = try await SessionClient(url: socket)
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(visitorKey)"}"#)
                return try await SessionClient(url: socket)
                    .converse { agent in
                        try await agent.send(#"{"type":"connect","serverKey":"\#(agentKey)"}"#)
                        try await visitor.send(#"{"type":"accept"}"#)
                        while let event = try await agent.next(), !event.contains("consentPending") {}
                        try await visitor.send(#"{"type":"accept"}"#)
                        while let event = try await agent.next() {
                            if event.contains("active") { return true }
                        }
                        return false
                    }
            }
        #expect(isActive)
        try nodes.second.latchkey(["user", "suspend", "--group", "12345", "joe"])
        for server in [nodes.first, nodes.second] {
            let me = try await HTTP.send(.GET, server.url + "/api/v1/me", headers: ["authorization": "Bearer \(token)"])
            #expect(me.status == 401)
        }
        #expect(try nodes.first.latchkey(["audit", "verify"]).contains("unbroken"))
        await nodes.stop()
    }

    @Test func `a name is one server's, and free at once when that is killed`() async throws {
        let nodes = try await TwoNodes()
        let twin = try nodes.second.latchkey(
            ["serve", "--port", "1"],
            settings: ["LATCHKEY_SESSION_SERVER_NAME": "one"],
            expecting: 1
        )
        #expect(twin.contains("a server named \"one\" is running"))
        nodes.first.kill()
        let key = try nodes.makeKey(by: nodes.second)
        #expect(try await nodes.signIn(key, at: nodes.second).status == 200)
        try await nodes.first.start()
        #expect(try await nodes.signIn(nodes.makeKey(by: nodes.second, lifetime: 601), at: nodes.first).status == 200)
        await nodes.stop()
    }

    @Test func `the sessions of a node that is lost are freed by another`() async throws {
        let nodes = try await TwoNodes(adding: ["LATCHKEY_SESSION_RECONNECT_SECONDS": "1"])
        let (lost, other) = nodes.pair(home: try await nodes.visit("v1").server)
        lost.kill()
        let open = ["session", "list", "--group", "12345", "--json"]
        let name = "\"\(nodes.name(of: lost))\""
        #expect(try other.latchkey(open).contains(name))
        // A second to come back in, 15 to be heard of again, and as long to be sure that it is not this node.
        try await eventually { try other.latchkey(open).contains(name) ? nil : true }
        #expect(try other.latchkey(["audit", "list", "--json"]).contains("unclean"))
        _ = try await nodes.visit("v1", at: other)
        #expect(await other.stop() == 0)
    }

    @Test func `without the database nothing is granted and nobody is ready; afterwards both go on by themselves`()
        async throws
    {
        let nodes = try await TwoNodes()
        let keys = try (0..<3).map { try nodes.makeKey(by: nodes.first, lifetime: 600 + $0) }
        nodes.postgres.stop(SIGKILL)
        #expect(try await nodes.signIn(keys[0], at: nodes.first).status == 503)
        #expect(try await HTTP.send(.GET, nodes.first.url + "/readyz").status == 503)
        #expect(try await HTTP.send(.GET, nodes.second.url + "/healthz").status == 200)
        try nodes.postgres.start()
        for (server, key) in [(nodes.first, keys[1]), (nodes.second, keys[2])] {
            let answer = try await nodes.signIn(key, at: server)
            #expect(answer.status == 200)
            #expect(try await HTTP.send(.GET, server.url + "/readyz").status == 200)
        }
        await nodes.stop()
    }
}
