import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// Two servers, `one` and `two`, over one PostgreSQL database with a group and its agent joe.
struct TwoNodes {
    private static let authorize = "/services/AuthorizationService.svc/rest/Authorize"

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

    func name(of server: ServerProcess) -> String { server === first ? "one" : "two" }

    /// The node with that session server, and the other one.
    func pair(home url: String) -> (home: ServerProcess, other: ServerProcess) {
        url.contains(":\(first.port)/") ? (first, second) : (second, first)
    }

    // MARK: Signing in

    /// Makes a LoginKey; two of one second are the same unless their lifetimes differ.
    func makeKey(by server: ServerProcess, lifetime: Int = 600) throws -> String {
        try server.latchkey(["key", "make", "--group", "12345", "--user", "joe", "--lifetime", "\(lifetime)"])
            .trimmingCharacters(in: .newlines)
    }

    func signIn(_ key: String, at server: ServerProcess) async throws -> HTTP.Answer {
        try await HTTP.postForm(
            server.url + Self.authorize,
            "partnerid=12345&partneruserid=joe&loginkey=\(key.replacing("$", with: "%24"))"
        )
    }

    /// A token of the agent.
    func token() async throws -> String {
        try #require(try await signIn(makeKey(by: first), at: first).member("authToken"))
    }

    // MARK: Sessions

    /// A way into a session.
    struct Admission {
        let server: String
        let serverKey: String
        let resume: String
        let correlationID: String

        init?(_ answer: HTTP.Answer) {
            guard answer.status == 200, let server = answer.member("server"), let key = answer.member("serverKey")
            else { return nil }
            (self.server, serverKey, resume) = (server, key, answer.member("resume") ?? "")
            correlationID = answer.headers.first(name: "x-correlation-id") ?? ""
        }
    }

    /// A visitor opens a session.
    func visit(_ visitorID: String, at server: ServerProcess? = nil) async throws -> Admission {
        let body = #"{"groupid":"12345","visitorid":"\#(visitorID)"}"#
        return try #require(Admission(try await HTTP.postJSON((server ?? first).url + "/api/v1/visits", body)))
    }

    /// A visitor's page comes back.
    func resume(_ token: String, at server: ServerProcess) async throws -> Admission? {
        Admission(try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"resume":"\#(token)"}"#))
    }

    /// The agent joins.
    func join(_ visitorID: String, at server: ServerProcess, token: String) async throws -> Admission? {
        Admission(
            try await HTTP.postJSON(
                server.url + "/api/v1/sessions",
                #"{"action":"join","visitorid":"\#(visitorID)"}"#,
                headers: ["authorization": "Bearer \(token)"]
            )
        )
    }

    /// The audit of a click.
    func actions(of click: Admission) throws -> String {
        try first.latchkey(["audit", "list", "--correlation", click.correlationID, "--json"])
    }
}

/// Asks again until there is an answer: nodes hear of each other within seconds.
@discardableResult
func eventually<Value>(
    every interval: Duration = .milliseconds(100),
    _ ask: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if let value = try await ask() { return value }
        try await ContinuousClock().sleep(for: interval)
    }
    return try #require(try await ask(), "not within 30 seconds")
}
