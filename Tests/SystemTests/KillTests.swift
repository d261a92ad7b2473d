import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import Synchronization
import Testing

@Suite struct KillTests {
    /// What a client was told.
    private struct Told: Sendable {
        let correlationID: String
        let loginKey: String
        let user: String
        let isGranted: Bool
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func increment() {
            count.withLock { $0 += 1 }
        }
    }

    @Test func `after kill -9 every answered decision is in the audit and every spent key is still spent`() async throws
    {
        let server = try await ServerProcess(
            .serve,
            settings: ["LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "100000", "LATCHKEY_SIGN_IN_REFUSAL_BURST": "100000"]
        )
        try server.latchkey(["group", "create", "12345", "--name", "Kill", "--use-policy", "once"])
        let created = try server.latchkey(["apikey", "create", "--group", "12345", "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(created.utf8)) as? [String: Any]
        let apiKey = try APIKey(text: #require(object?["apiKey"] as? String))
        try server.latchkey(["user", "add", "--group", "12345", "--puid", "joe", "--username", "joe"])
        var told: [Told] = []
        for round in 0..<3 {
            try await server.start()
            told += try await stream(server, apiKey, round: round)
        }
        #expect(told.count { $0.isGranted } > 50)
        #expect(told.contains { !$0.isGranted })

        try await server.start()
        let masterKey = try MasterKey(
            base64: String(contentsOfFile: server.masterKeyFile, encoding: .utf8).trimmingCharacters(in: .newlines)
        )
        let store = try SQLiteAccountStore(path: server.database, masterKey: masterKey)
        for answer in told {
            let id = try #require(CorrelationID(answer.correlationID))
            let events = try await store.auditEvents(AuditFilter(correlationID: id))
            #expect(events.map(\.outcome) == [answer.isGranted ? .granted : .refused])
        }
        #expect(try await store.verifyAudit().firstBroken == nil)
        try store.close()
        for answer in told where answer.isGranted {
            let again = try await authorize(server, answer.user, answer.loginKey)
            #expect(again?.isGranted == false)
        }
        await server.stop()
    }

    /// Signs in as fast as eight clients can, and kills the server in the middle.
    private func stream(_ server: ServerProcess, _ apiKey: APIKey, round: Int) async throws -> [Told] {
        let answered = Counter()
        return try await withThrowingTaskGroup(of: [Told].self) { group in
            for client in 0..<8 {
                group.addTask { [self] in
                    var told: [Told] = []
                    let issuer = try LoginKeyIssuer(
                        partnerID: PartnerID(parsing: "12345"),
                        apiKey: apiKey,
                        lifetime: Int64(1000 + round * 20_000 + client * 2000)
                    )
                    for step in 0..<1500 {
                        let user = step % 5 == 4 ? "nobody" : "joe"
                        let now = Int64(Date().timeIntervalSince1970) + Int64(step)
                        let key = try issuer.issue(for: PartnerUserID(parsing: user), at: now).text
                        guard let answer = try? await authorize(server, user, key) else { break }
                        told.append(answer)
                        answered.increment()
                    }
                    return told
                }
            }
            group.addTask {
                while answered.value < 120 + round * 77 {
                    try await ContinuousClock().sleep(for: .milliseconds(2))
                }
                server.kill()
                return []
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func authorize(_ server: ServerProcess, _ user: String, _ key: String) async throws -> Told? {
        let answer = try await HTTP.postForm(
            server.url + "/services/AuthorizationService.svc/rest/Authorize",
            "partnerid=12345&partneruserid=\(user)&loginkey=\(key)"
        )
        guard [200, 401].contains(answer.status), let id = answer.header("x-correlation-id") else { return nil }
        return Told(correlationID: id, loginKey: key, user: user, isGranted: answer.status == 200)
    }
}
