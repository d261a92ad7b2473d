import Foundation
import LoginKey
import NIOHTTP1
import TestSupport
import Testing
import WebSocketClient

/// A session goes on at another node when its own is lost, stops, or is taken out of use.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(10)))
struct MovedSessionTests {
    /// What becomes of a node.
    private enum End: String, CaseIterable {
        case drained
        case stopped
        /// Its processor is taken away, with all connections open, and comes back later.
        case frozen
        case killed
    }

    private static let active = #""type":"active""#

    @Test func `visitor and agent are in the same session again, whatever has become of its server`() async throws {
        let nodes = try await TwoNodes()
        let token = try await nodes.token()
        for end in End.allCases {
            let visit = try await nodes.visit(end.rawValue)
            let (home, other) = nodes.pair(home: visit.server)
            let click = try #require(try await nodes.join(end.rawValue, at: other, token: token))
            try await connect(visit.serverKey, click.serverKey, visit.server, until: Self.active) {
                try await bring(end, to: home, nodes)
            }
            let lost = ContinuousClock.now
            // No more often than one source may ask.
            let back = try await eventually(every: .milliseconds(500)) {
                try await nodes.resume(visit.resume, at: other)
                    .flatMap { $0.server.contains(":\(other.port)/") ? $0 : nil }
            }
            let joined = try #require(try await nodes.join(end.rawValue, at: other, token: token))
            #expect(joined.server == back.server)
            // What a visitor is given can be read by the visitor: it does not say what the CRM calls the agent.
            #expect(!payload(of: back.serverKey).contains("joe") && payload(of: joined.serverKey).contains("joe"))
            // Active at once: nobody is asked again.
            try await connect(back.serverKey, joined.serverKey, back.server, until: #""status":"A""#) {}
            print("a session whose server was \(end) went on after \(lost.duration(to: .now))")
            try await bringBack(end, home)
            // It is one session with one trail, and ends once.
            let sessions = try other.latchkey(["session", "list", "--group", "12345", "--all", "--json"])
            #expect(sessions.ranges(of: "\"\(end.rawValue)\"").count == 0, "a visitor id is no key")
            try await eventually { try nodes.actions(of: click).contains("completed") ? true : nil }
            let actions = try nodes.actions(of: click)
            #expect(actions.ranges(of: "sessionMoved").count == 1)
            #expect(!actions.contains("unclean"))
        }
        #expect(try nodes.first.latchkey(["audit", "verify"]).contains("unbroken"))
        await nodes.stop()
    }

    @Test func `after an outage of the database nobody takes a session that lives`() async throws {
        let nodes = try await TwoNodes()
        let visit = try await nodes.visit("v1")
        let (home, other) = nodes.pair(home: visit.server)
        try await SessionClient(url: visit.server)
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(visit.serverKey)"}"#)
                try #require(try await visitor.next()?.contains("connected") == true)
                nodes.postgres.stop(SIGKILL)
                // Longer than a server may be silent.
                try await ContinuousClock().sleep(for: .seconds(6))
                try nodes.postgres.start()
                for server in [other, home] {
                    let back = try await eventually { try await nodes.resume(visit.resume, at: server) }
                    #expect(back.server == visit.server)
                }
            }
        await nodes.stop()
    }

    @Test func `a yes that falls into an outage of the database counts afterwards, and nobody is told of it before`()
        async throws
    {
        let nodes = try await TwoNodes()
        let token = try await nodes.token()
        let visit = try await nodes.visit("v1")
        let click = try #require(try await nodes.join("v1", at: nodes.pair(home: visit.server).home, token: token))
        try await SessionClient(url: visit.server)
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(visit.serverKey)"}"#)
                try await SessionClient(url: visit.server)
                    .converse { agent in
                        try await agent.send(#"{"type":"connect","serverKey":"\#(click.serverKey)"}"#)
                        while let event = try await agent.next(), !event.contains("consentPending") {}
                        nodes.postgres.stop(SIGKILL)
                        let away = ContinuousClock.now
                        try await visitor.send(#"{"type":"accept"}"#)
                        let back = Task {
                            // For longer than the store itself waits for a server that takes writes.
                            try await ContinuousClock().sleep(for: .seconds(12))
                            try nodes.postgres.start()
                        }
                        var last = ""
                        while let event = try await agent.next() {
                            last = event
                            if event.contains(Self.active) || event.contains("ended") { break }
                        }
                        #expect(last.contains(Self.active) && away.duration(to: .now) >= .seconds(12), "\(last)")
                        try await back.value
                        try await agent.send(#"{"type":"leave"}"#)
                    }
            }
        try await eventually { try nodes.actions(of: click).contains("completed") ? true : nil }
        await nodes.stop()
    }

    @Test func `nodes are listed, and one that is drained is not ready and gets no sessions`() async throws {
        let nodes = try await TwoNodes()
        let list = try await eventually {
            let list = try nodes.first.latchkey(["node", "list"])
            return list.ranges(of: "ready").count == 2 ? list : nil
        }
        #expect(list.contains("one") && list.contains("ws://127.0.0.1:\(nodes.second.port)/session"))
        #expect(try nodes.first.latchkey(["node", "drain", "three"], expecting: 1).contains("no running server"))
        try nodes.second.latchkey(["node", "drain", "one"])
        try await eventually {
            try await HTTP.send(.GET, nodes.first.url + "/readyz").status == 503 ? true : nil
        }
        for index in 0..<10 {
            let visit = try await nodes.visit("v\(index)", at: nodes.first)
            #expect(visit.server.contains(":\(nodes.second.port)/"))
        }
        try nodes.second.latchkey(["node", "resume", "one"])
        try await eventually {
            try await HTTP.send(.GET, nodes.first.url + "/readyz").status == 200 ? true : nil
        }
        let alone = try await ServerProcess(.serve)
        try alone.latchkey(["group", "create", "12345", "--name", "Acme"])
        #expect(try alone.latchkey(["node", "list"], expecting: 1).contains("nodes need --database postgresql://"))
        await nodes.stop()
    }

    /// Connects both sides until the session is active, does something, and waits until both are let go.
    private func connect(
        _ visitorKey: String,
        _ agentKey: String,
        _ server: String,
        until text: String,
        _ body: () async throws -> Void
    ) async throws {
        let isFirst = text == Self.active
        try await SessionClient(url: server)
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(visitorKey)"}"#)
                if !isFirst { try #require(try await visitor.next()?.contains(text) == true) }
                try await SessionClient(url: server)
                    .converse { agent in
                        try await agent.send(#"{"type":"connect","serverKey":"\#(agentKey)"}"#)
                        if isFirst {
                            while let event = try await agent.next(), !event.contains("consentPending") {}
                            try await visitor.send(#"{"type":"accept"}"#)
                        }
                        while let event = try await agent.next(), !event.contains(text) {}
                        try await body()
                        // The second time the agent ends the session.
                        if !isFirst { try await agent.send(#"{"type":"leave"}"#) }
                    }
            }
    }

    /// What stands in a token for everybody to read.
    private func payload(of token: String) -> String {
        var text = String(token.split(separator: ".")[1]).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func bring(_ end: End, to node: ServerProcess, _ nodes: TwoNodes) async throws {
        switch end {
        case .drained: try node.latchkey(["node", "drain", nodes.name(of: node)])
        case .stopped: node.askToStop()
        case .frozen: node.hold(true)
        case .killed: node.kill()
        }
    }

    private func bringBack(_ end: End, _ node: ServerProcess) async throws {
        switch end {
        case .drained: try node.latchkey(["node", "resume", node.settings["LATCHKEY_SESSION_SERVER_NAME"] ?? ""])
        case .stopped:
            #expect(await node.stop() == 0)
            try await node.start()
        case .frozen: node.hold(false)
        case .killed: try await node.start()
        }
    }
}
