import Foundation
import LoginKey
import NIOHTTP1
import TestSupport
import Testing
import WebSocketClient

/// Presence and limits over two nodes: whoever asks any of them gets the same answer.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(10)))
struct NodesPresenceTests {
    /// Where visitors and those who watch them connect.
    private static func socket(_ node: String, _ path: String) -> String {
        "ws://\(node)\(path)"
    }

    @Test func `a visitor is found, asked and heard of through either node, also when their home changes`() async throws
    {
        let nodes = try await TwoNodes()
        let token = try await nodes.token()
        try await eventually { try nodes.first.latchkey(["node", "list"]).ranges(of: "ready").count == 2 ? true : nil }
        for visitor in ["v1", "a visitor's id".replacing(/[ ']/, with: "-"), "004.x~y"] {
            try await meet(visitor, nodes, token)
        }
        // Another node is the home of those whose home is lost.
        let home = try await eventually { try await find("v1", at: nodes.first, nodes, token, present: false) }
        let (lost, other) = nodes.pair(home: "ws://\(home)/")
        lost.kill()
        let next = try await eventually {
            // 503 while it takes the lost one for alive.
            let home = try await find("v1", at: other, nodes, token, present: false)
            return home?.contains("\(other.port)") == true ? home : nil
        }
        try await SessionClient(url: Self.socket(next, "/visitor"))
            .converse { page in
                try await page.send(announcement("v1"))
                try #require(try await page.next()?.contains("announced") == true)
                #expect(try await find("v1", at: other, nodes, token, present: true) == next)
            }
        try await lost.start()
        await nodes.stop()
    }

    /// Connects a visitor's page and an agent's, each first at the wrong node, and lets the agent ask through both.
    private func meet(_ visitor: String, _ nodes: TwoNodes, _ token: String) async throws {
        let home = try await eventually { try await find(visitor, at: nodes.first, nodes, token, present: false) }
        #expect(try await find(visitor, at: nodes.second, nodes, token, present: false) == home)
        let wrong = nodes.pair(home: "ws://\(home)/").other
        for (path, frame) in [("/visitor", announcement(visitor)), ("/agent", watch(visitor, token))] {
            try await SessionClient(url: Self.socket("127.0.0.1:\(wrong.port)", path))
                .converse { page in
                    try await page.send(frame)
                    #expect(try await page.next() == #"{"type":"moved","data":{"server":"ws://\#(home)"}}"#)
                    #expect(try await page.next() == nil)
                }
        }
        try await SessionClient(url: Self.socket(home, "/visitor"))
            .converse { page in
                try await page.send(announcement(visitor))
                try #require(try await page.next()?.contains("announced") == true)
                for node in [nodes.first, nodes.second] {
                    #expect(try await find(visitor, at: node, nodes, token, present: true) == home)
                }
                try await SessionClient(url: Self.socket(home, "/agent"))
                    .converse { agent in
                        try await agent.send(watch(visitor, token))
                        while let event = try await agent.next(), !event.contains(#""present":true"#) {}
                        // Asked through the node that is not the visitor's home.
                        let asked = try await HTTP.postJSON(
                            wrong.url + "/api/v1/sessions",
                            #"{"action":"join","visitorid":"\#(visitor)","wait":"1"}"#,
                            headers: ["authorization": "Bearer \(token)"]
                        )
                        #expect(asked.status == 204)
                        let invite = try #require(try await page.next())
                        #expect(invite.contains(#""type":"invite""#))
                        while let event = try await agent.next(), !event.contains(#""status":"asked""#) {}
                        // The visitor opens the session through the wrong node too, and the agent hears of it.
                        _ = try await nodes.visit(visitor, at: wrong)
                        while let event = try await agent.next(), !event.contains("visitorsessionstart") {}
                        for line in try wrong.latchkey(["session", "list", "--group", "12345"]).split(separator: "\n")
                            .dropFirst()
                        {
                            try wrong.latchkey([
                                "session", "end", String(line.prefix { $0 != " " }), "--group", "12345",
                            ])
                        }
                        while let event = try await agent.next(), !event.contains("visitorsessionend") {}
                    }
            }
    }

    @Test func `nobody but a node may ask as one`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try await server.start()
        let call = #"{"call":"look","group":"12345","visitor":"v1"}"#
        for headers in [[:], ["authorization": "Bearer x"]] {
            #expect(
                try await HTTP.postJSON(server.url + "/api/v1/nodes/presence", call, headers: headers).status == 404
            )
        }
        #expect(await server.stop() == 0)
    }

    @Test func `two nodes together let through what one lets through`() async throws {
        let nodes = try await TwoNodes(adding: [
            "LATCHKEY_SIGN_IN_REFUSAL_BURST": "40", "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1",
        ])
        try await eventually { try nodes.first.latchkey(["node", "list"]).ranges(of: "ready").count == 2 ? true : nil }
        // Each knows of the other once it sends visitors there.
        let token = try await nodes.token()
        for (node, other) in [(nodes.first, nodes.second), (nodes.second, nodes.first)] {
            try await eventually(every: .milliseconds(500)) {
                for number in 0..<16 {
                    let home = try await find("v\(number)", at: node, nodes, token, present: false)
                    if home?.hasSuffix(":\(other.port)") == true { return true }
                }
                return nil
            }
        }
        var refused = 0
        let begin = ContinuousClock.now
        for index in 0..<160 {
            let node = index.isMultiple(of: 2) ? nodes.first : nodes.second
            if try await nodes.signIn("$1$bad\(index)", at: node).status == 401 { refused += 1 }
        }
        // At both together: the burst, and one a second.
        let budget = 40 + Int(begin.duration(to: .now).components.seconds) + 1
        print("\(refused) of 160 bad keys were looked at, of a budget of \(budget)")
        #expect((40...budget * 5 / 4).contains(refused))
        await nodes.stop()
    }

    private func announcement(_ visitor: String) -> String {
        #"{"type":"announce","groupid":"12345","visitorid":"\#(visitor)"}"#
    }

    private func watch(_ visitor: String, _ token: String) -> String {
        #"{"type":"connect","authorization":"\#(token)","groupid":"12345","visitorid":"\#(visitor)"}"#
    }

    /// Where a visitor's home is, as callers learn it: `host:port`.
    private func find(
        _ visitor: String,
        at node: ServerProcess,
        _ nodes: TwoNodes,
        _ token: String,
        present isPresent: Bool
    ) async throws -> String? {
        let answer = try await HTTP.send(
            .GET,
            node.url + "/findvisitor?groupid=12345&visitorid=\(visitor)",
            headers: ["authorization": "Bearer \(token)"]
        )
        guard answer.status == 200 else { return nil }
        #expect(answer.member("visitorfound") == (isPresent ? "1" : "0"))
        return "\(answer.member("directserver") ?? ""):\(answer.member("httpsport") ?? "")"
    }
}
