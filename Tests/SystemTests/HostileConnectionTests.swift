import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// Peers that send what nobody should, hold what they have begun, or never read, against a real server.
@Suite struct HostileConnectionTests {
    private static let upgrade =
        "GET /session HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    private func server(_ settings: [String: String] = [:]) async throws -> ServerProcess {
        let server = try await ServerProcess(.serve, settings: settings)
        try await server.start()
        return server
    }

    private func connect(_ server: ServerProcess) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: server.port).get()
    }

    @Test func `lives when bytes follow an upgrade in the same packet`() async throws {
        let server = try await server()
        for tail in ["x", "\u{0}", "GET / HTTP/1.1\r\n\r\n", String(repeating: "y", count: 64)] {
            let connection = try await RawConnection(port: server.port)
            let answer = try await connection.exchange([Self.upgrade + tail]) { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 101 "))
        }
        #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
        #expect(await server.stop() == 0)
    }

    @Test func `opens a WebSocket on a connection that has answered requests before, and refuses a bad one`()
        async throws
    {
        let server = try await server()
        let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        let form = "partnerid=1&partneruserid=x&loginkey=$1$1700000000$\(String(repeating: "A", count: 43))"
        let signIn =
            "POST \(ServiceTests.authorize) HTTP/1.1\r\nHost: x\r\nContent-Length: \(form.count)\r\n\r\n\(form)"
        let text = Array(#"{"type":"hello"}"#.utf8)
        let frame: [UInt8] = [0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text
        for requests in [
            [Self.upgrade], [health, Self.upgrade], [signIn, Self.upgrade], [health, signIn, health, Self.upgrade],
            [signIn + Self.upgrade],
        ] {
            let answer = try await RawConnection.exchange(requests, then: frame, port: server.port)
            let words = String(decoding: answer, as: UTF8.self)
            #expect(words.contains("HTTP/1.1 101 ") && words.contains(#""type":"refused""#), "\(words)")
            // Closed with 1008, as what is not let in: it has not said who it is.
            #expect(answer.suffix(4) == [0x88, 2, 0x03, 0xF0], "\(answer.suffix(8))")
        }
        for (bad, status) in [("Version: 13", "426"), ("GET /session", "403"), ("ZSBub25jZQ==", "400")] {
            let upgrade = Self.upgrade.replacing(bad, with: String(bad.dropLast(2)))
            let answer = try await RawConnection.exchange([health, upgrade], then: [], port: server.port)
            #expect(String(decoding: answer, as: UTF8.self).contains("HTTP/1.1 \(status) "))
        }
        #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
        #expect(await server.stop() == 0)
    }

    @Test func `answers a client that holds its body back, on the fast path too`() async throws {
        let server = try await server()
        for path in [ServiceTests.authorize, "/api/v1/nothing"] {
            let head = "POST \(path) HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            let connection = try await RawConnection(port: server.port)
            let answer = try await connection.exchange([head]) { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 100 "), "\(answer)")
            // And what it asked for, once the body is there.
            let last = head.replacing("Host: x", with: "Host: x\r\nConnection: close")
            let all = try await RawConnection.exchange([last], then: Array("a=b".utf8), port: server.port)
            let statuses = String(decoding: all, as: UTF8.self).split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses.first == "100" && ["401", "404"].contains(statuses.last), "\(statuses)")
        }
        #expect(await server.stop() == 0)
    }

    @Test func `closes behind HTTP/1.0, and behind an offer of another protocol`() async throws {
        let server = try await server()
        for request in [
            "GET /healthz HTTP/1.0\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
        ] {
            let answer = try await RawConnection(port: server.port).exchange([request]) { _ in false }
            #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
        }
        #expect(await server.stop() == 0)
    }

    @Test(arguments: [
        "POST /x HTTP/1.1\r\nHo",
        "POST \(ServiceTests.authorize) HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
    ])
    func `stops in time though a request is half sent`(_ half: String) async throws {
        let server = try await server()
        let channel = try await connect(server)
        try await channel.writeAndFlush(ByteBuffer(string: half))
        #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
        #expect(await server.stop() == 0)
        try? await channel.close()
    }

    @Test func `takes no more of a peer that sends ahead and never reads`() async throws {
        let server = try await server()
        let before = try server.residentKiB()
        var channels: [any Channel] = []
        let requests = String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", count: 2000)
        for _ in 0..<20 {
            let channel = try await connect(server)
            channel.writeAndFlush(ByteBuffer(string: requests), promise: nil)
            channels.append(channel)
        }
        for _ in 0..<200 {
            #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
        }
        let grown = try server.residentKiB() - before
        // 256 KiB each, with what 220 requests leave in the process.
        #expect(grown < 20 * 256)
        // Who has not stopped after ten seconds is killed, and that is no clean end.
        #expect(await server.stop() == 0)
        for channel in channels { try? await channel.close() }
    }

    @Test func `pauses when it is out of descriptors, says so, and comes back`() async throws {
        let server = try await server([
            "LATCHKEY_LOG_LEVEL": "notice", "LATCHKEY_METRICS_TOKEN": "0123456789abcdef0123456789abcdef",
        ])
        let process = try #require(server.processID)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        try Tool.run("/usr/bin/prlimit", ["--pid", "\(process)", "--nofile=\(open + 8):"])
        var connections: [any Channel] = []
        for _ in 0..<40 { connections.append(try await connect(server)) }
        let end = ContinuousClock.now + .seconds(30)
        func log() throws -> String { try String(contentsOfFile: server.log, encoding: .utf8) }
        while try !log().contains("no connections are accepted"), .now < end {
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        #expect(try log().contains("no connections are accepted"))
        for connection in connections { try await connection.close() }
        var status: Int?
        while status != 200, .now < end {
            status = try? await HTTP.send(.GET, server.url + "/healthz", within: .seconds(2)).status
        }
        #expect(status == 200)
        let bearer = ["Authorization": "Bearer 0123456789abcdef0123456789abcdef"]
        let metrics = try await HTTP.send(.GET, server.url + "/metrics", headers: bearer).body
        #expect(metrics.contains(/latchkey_accept_pauses_total [1-9]/), "\(metrics)")
        #expect(await server.stop() == 0)
    }

    @Test func `refuses connections of a source that has too many, and takes them again`() async throws {
        let server = try await server(["LATCHKEY_HTTP_CONNECTIONS_PER_SOURCE": "20"])
        var channels: [any Channel] = []
        for _ in 0..<40 { channels.append(try await connect(server)) }
        let health = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        let refused = try? await RawConnection(port: server.port).exchange([health]) { _ in false }
        #expect(refused?.contains("200") != true)
        for channel in channels { try? await channel.close() }
        var answer = ""
        // The server hears of the closed connections a moment later.
        for _ in 0..<100 where !answer.contains("200") {
            answer = (try? await RawConnection(port: server.port).exchange([health]) { _ in false }) ?? ""
        }
        #expect(answer.contains("200"))
        // However many there were, the log says so once.
        let log = try String(contentsOfFile: server.log, encoding: .utf8)
        #expect(log.components(separatedBy: "its source has too many").count == 2)
        #expect(await server.stop() == 0)
    }
}
