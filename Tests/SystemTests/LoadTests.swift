import Demo
import Foundation
import Testing

/// `latchkey load` against a real server.
@Suite(.timeLimit(.minutes(10))) struct LoadTests {
    private struct Report: Decodable {
        struct Row: Decodable {
            struct Bar: Decodable {
                let below: Double
                let count: Int
            }

            let operation: String
            let requests: Int
            let failed: Int
            let failures: [String: Int]
            let p50, p90, p99, max: Double
            let histogram: [Bar]
        }

        let operations: [Row]

        subscript(_ operation: String) -> Row? { operations.first { $0.operation == operation } }
    }

    private let server: ServerProcess
    private var key: [String] { ["--group", "12345", "--api-key-file", server.folder + "/api.key"] }

    init() async throws {
        server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme", "--use-policy", "once"])
        let made = try server.latchkey(["apikey", "create", "--group", "12345", "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any]
        let key = try #require(object?["apiKey"] as? String)
        try Data("\(key)\n".utf8).write(to: URL(filePath: server.folder + "/api.key"))
        try server.latchkey(["user", "add", "--group", "12345", "--puid", "joe", "--username", "joe"])
        try server.latchkey(["user", "add", "--group", "12345", "--puid", "ann", "--username", "ann"])
        try await server.start()
    }

    private func load(
        _ kind: String,
        as user: String = "joe",
        _ arguments: [String],
        expecting status: Int32 = 0
    ) throws -> Report {
        let arguments = ["load", kind, "--url", server.url, "--json", "--user", user] + key + arguments
        return try JSONDecoder()
            .decode(Report.self, from: Data(server.latchkey(arguments, expecting: status).utf8))
    }

    @Test func `agents sign in as often as was said, each key once`() async throws {
        let report = try load("sign-in", ["--count", "200", "--concurrency", "8"])
        let row = try #require(report["sign-in"])
        #expect(report.operations.count == 1 && row.requests == 200 && row.failed == 0)
        #expect(row.histogram.map(\.count).reduce(0, +) == 200)
        #expect(0 < row.p50 && row.p50 <= row.p90 && row.p90 <= row.p99 && row.p99 <= row.max)
        let granted = try server.latchkey(["audit", "list", "--limit", "1000", "--json"])
        #expect(granted.components(separatedBy: "\"authenticate\"").count - 1 == 200)
        #expect(await server.stop() == 0)
    }

    @Test func `visitors and agents meet in sessions and talk, and see each other by presence`() async throws {
        let sessions = try load("session", ["--count", "6", "--concurrency", "3", "--messages", "4"])
        let counts = sessions.operations.map { "\($0.operation) \($0.requests) \($0.failed)" }
        #expect(
            counts.sorted() == [
                "agent connects, live 6 0", "join 6 0", "leave 6 0", "message 24 0", "sign-in 3 0", "visit 6 0",
                "visitor connects 6 0",
            ]
        )
        let presence = try load("presence", as: "ann", ["--count", "5", "--concurrency", "2"])
        #expect(
            presence.operations.map { "\($0.operation) \($0.requests) \($0.failed)" }.sorted() == [
                "agent watches 5 0", "look-up 5 0", "sign-in 2 0", "visitor is present 5 0",
            ]
        )
        #expect(await server.stop() == 0)
    }

    @Test func `what fails is counted by status, and ends with 1`() async throws {
        let keys = try (0..<2)
            .map { number -> String in
                let made = try server.latchkey(
                    ["key", "make", "--group", "12345", "--user", "joe", "--lifetime", "\(600 + number)", "--json"]
                )
                let object = try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any]
                return try #require(object?["query"] as? String)
            }
        let file = server.folder + "/credentials"
        try Data((keys + [keys[0]]).joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let report = try load("sign-in", ["--credentials-file", file, "--concurrency", "1"], expecting: 1)
        #expect(report["sign-in"]?.requests == 3)
        #expect(report["sign-in"]?.failures == ["401": 1])
        let text = try server.latchkey(
            ["load", "sign-in", "--url", server.url, "--credentials-file", file] + key,
            expecting: 1
        )
        #expect(text.contains("p99 ms") && text.contains("failed with 401: 3"))
        #expect(await server.stop() == 0)
        let unreached = try load("sign-in", ["--count", "2"], expecting: 1)
        #expect(unreached["sign-in"]?.failures == ["connection": 2])
    }

    @Test(arguments: ["http://192.0.2.1:8080", "http://127.0.0.1.example:80", "https://latchkey.example", "nothing"])
    func `other machines are left in peace unless a flag says so`(_ url: String) async throws {
        let text = try server.latchkey(["load", "sign-in", "--url", url, "--count", "1"] + key, expecting: 1)
        #expect(text.contains("--allow-remote") || text.contains("is not the URL"))
        await server.stop()
    }

    @Test func `a histogram's percentiles are right to a thirty-second part`() {
        var histogram = LatencyHistogram()
        var values: [Int64] = (0..<2000).map { $0 } + (0..<2000).map { $0 * $0 * 7 + 12_345 }
        for value in values { histogram.add(value) }
        values.sort()
        for percent in [1.0, 25, 50, 75, 90, 99, 99.9, 100] {
            let exact = values[Int((Double(values.count) * percent / 100).rounded(.up)) - 1]
            let found = histogram.percentile(percent)
            #expect(found >= exact && found - exact <= exact / 32, "\(percent) of a hundred: \(found), \(exact)")
        }
        #expect(histogram.maximum == values.last && histogram.octaves.map(\.count).reduce(0, +) == values.count)
        for (below, count) in histogram.octaves {
            #expect(values.count { $0 < below && $0 >= (below == 1 ? 0 : below / 2) } == count)
        }
    }
}
