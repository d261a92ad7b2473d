import Foundation
import LoginKey
import NIOHTTP1
import TestSupport
import Testing
import WebSocketClient

/// Two servers over one PostgreSQL database.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct NodesTests {
    private static let authorize = "/services/AuthorizationService.svc/rest/Authorize"

    /// A database with a group and its agent, and two servers on it.
    private struct Nodes {
        let postgres: PostgresServer
        let database: String
        let first: ServerProcess
        let second: ServerProcess

        init(adding settings: [String: String] = [:]) async throws {
            postgres = try PostgresServer()
            database = try postgres.makeDatabase()
            let common = [
                "LATCHKEY_DATABASE_PATH": database, "LATCHKEY_MASTER_KEY_FILE": postgres.folder + "/latchkey.key",
            ]
            .merging(settings) { $1 }
            first = try await ServerProcess(
                .serve,
                settings: common.merging(["LATCHKEY_SESSION_SERVER_NAME": "one"]) { $1 }
            )
            second = try await ServerProcess(
                .serve,
                settings: common.merging(["LATCHKEY_SESSION_SERVER_NAME": "two"]) { $1 }
            )
            try first.latchkey(["group", "create", "12345", "--name", "Acme", "--use-policy", "once"])
            try first.latchkey(["apikey", "create", "--group", "12345"])
            try second.latchkey(["user", "add", "--group", "12345", "--puid", "joe", "--username", "joe"])
            try await first.start()
            try await second.start()
        }

        func stop() async {
            #expect(await first.stop() == 0)
            #expect(await second.stop() == 0)
        }

        /// Makes a LoginKey; two of one second are the same unless their lifetimes differ.
        func makeKey(by server: ServerProcess, lifetime: Int = 600) throws -> String {
            try server.latchkey(["key", "make", "--group", "12345", "--user", "joe", "--lifetime", "\(lifetime)"])
                .trimmingCharacters(in: .newlines)
        }

        func signIn(_ key: String, at server: ServerProcess) async throws -> HTTP.Answer {
            try await HTTP.postForm(
                server.url + NodesTests.authorize,
                "partnerid=12345&partneruserid=joe&loginkey=\(key.replacing("$", with: "%24"))"
            )
        }

        func join(_ visitor: String, at server: ServerProcess, token: String) async throws -> HTTP.Answer {
            try await HTTP.postJSON(
                server.url + "/api/v1/sessions",
                #"{"action":"join","visitorid":"\#(visitor)"}"#,
                headers: ["authorization": "Bearer \(token)"]
            )
        }
    }

    @Test func `a key is good once on both, a token everywhere, and a session can be joined through either`()
        async throws
    {
        let nodes = try await Nodes()
        let key = try nodes.makeKey(by: nodes.first)
        let granted = try await nodes.signIn(key, at: nodes.first)
        #expect(granted.status == 200)
        #expect(try await nodes.signIn(key, at: nodes.second).status == 401)
        let token = try #require(granted.member("authToken"))
        let visit = try await HTTP.postJSON(
            nodes.first.url + "/api/v1/visits",
            #"{"groupid":"12345","visitorid":"v1"}"#
        )
        let socket = try #require(visit.member("server"))
        #expect(socket.contains(":\(nodes.first.port)/"))
        let join = try await eventually { try await nodes.join("v1", at: nodes.second, token: token) }
        #expect(join.member("server") == socket)
        let (visitorKey, agentKey) = (try #require(visit.member("serverKey")), try #require(join.member("serverKey")))
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
        let nodes = try await Nodes()
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
        let nodes = try await Nodes(adding: ["LATCHKEY_SESSION_RECONNECT_SECONDS": "1"])
        let visit = #"{"groupid":"12345","visitorid":"v1"}"#
        #expect(try await HTTP.postJSON(nodes.first.url + "/api/v1/visits", visit).status == 200)
        nodes.first.kill()
        let open = ["session", "list", "--group", "12345", "--json"]
        #expect(try nodes.second.latchkey(open).contains("\"one\""))
        // A second to come back in, 15 to be heard of again, and as long to be sure that it is not this node.
        for _ in 0..<400 where try nodes.second.latchkey(open).contains("\"one\"") {
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        #expect(try !nodes.second.latchkey(open).contains("\"one\""))
        #expect(try nodes.second.latchkey(["audit", "list", "--json"]).contains("unclean"))
        #expect(try await HTTP.postJSON(nodes.second.url + "/api/v1/visits", visit).status == 200)
        #expect(await nodes.second.stop() == 0)
    }

    @Test func `without the database nothing is granted and nobody is ready; afterwards both go on by themselves`()
        async throws
    {
        let nodes = try await Nodes()
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

    /// Asks again until the answer is good: nodes hear of each other within seconds.
    private func eventually(_ ask: () async throws -> HTTP.Answer) async throws -> HTTP.Answer {
        for _ in 0..<100 {
            let answer = try await ask()
            if answer.status == 200 { return answer }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        return try await ask()
    }
}
