import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import Testing

/// A server's SQLite file with something in every table.
struct FilledStore {
    private static let authorize = "/services/AuthorizationService.svc/rest/Authorize"
    static let userCount = 6000

    let server: ServerProcess
    /// A LoginKey that was used, of a group where each is good once.
    let spentKey: String
    /// A LoginKey that was not used.
    let freshKey: String

    init() async throws {
        server = try await ServerProcess(.serve)
        try Self.fillByCommands(server)
        spentKey = try Self.makeKey(server, lifetime: 7200)
        freshKey = try Self.makeKey(server, lifetime: 7201)
        try await server.start()
        #expect(try await Self.signIn(spentKey, at: server) == 200)
        let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"12345","visitorid":"v1"}"#)
        #expect(visit.status == 200)
        #expect(await server.stop() == 0)
        try await Self.addLaunch(server)
    }

    static func signIn(_ key: String, at server: ServerProcess) async throws -> Int {
        let form = "partnerid=12345&partneruserid=joe&loginkey=\(key.replacing("$", with: "%24"))"
        return try await HTTP.postForm(server.url + authorize, form).status
    }

    private static func makeKey(_ server: ServerProcess, lifetime: Int) throws -> String {
        try server.latchkey(["key", "make", "--group", "12345", "--user", "joe", "--lifetime", "\(lifetime)"])
            .trimmingCharacters(in: .newlines)
    }

    private static func fillByCommands(_ server: ServerProcess) throws {
        let folder = server.folder
        let script = """
            openssl genpkey -algorithm ed25519 | openssl pkey -pubout > \(folder)/key.pub
            openssl genrsa 2048 2>/dev/null | openssl rsa -pubout > \(folder)/crm.pub 2>/dev/null
            (echo GlanceAddress,PartnerUID; seq \(userCount) | sed 's/.*/user-&,p&/') > \(folder)/users.csv
            """
        try Tool.run("/bin/sh", ["-c", script])
        let inGroup = ["--group", "12345"]
        try server.latchkey(["group", "create", "12345", "--name", "Acme", "--use-policy", "once"])
        try server.latchkey(["apikey", "create", "--public-key", folder + "/key.pub"] + inGroup)
        try server.latchkey(["apikey", "create"] + inGroup)
        try server.latchkey(["role", "create", "Joiner", "--privilege", "joinCobrowseSessions"] + inGroup)
        try server.latchkey(["user", "add", "--puid", "joe", "--username", "joe"] + inGroup)
        try server.latchkey(["role", "assign", "joe", "--role", "Joiner"] + inGroup)
        try server.latchkey(["user", "administrator", "joe"] + inGroup)
        try server.latchkey(["token", "create", "--user", "joe", "--label", "Okta"] + inGroup)
        let provider = ["--issuer", "crm.example", "--audience", "latchkey", "--keys-file", folder + "/crm.pub"]
        try server.latchkey(["oidc", "connect"] + provider + inGroup)
        let metadata = try SAMLProviderFile.write(for: server)
        try server.latchkey(["saml", "connect", "--metadata-file", metadata, "--create-users"] + inGroup)
        try server.latchkey(
            ["salesforce", "connect", "00DFk0000001234MAA"] + inGroup,
            settings: ["LATCHKEY_CONSUMER_SECRET": "a consumer secret"]
        )
        try server.latchkey(["user", "import", folder + "/users.csv"] + inGroup)
    }

    /// A launch and a connected client, as a click with the desktop client leaves them.
    private static func addLaunch(_ server: ServerProcess) async throws {
        let key = try String(contentsOfFile: server.masterKeyFile, encoding: .utf8)
        let store = try SQLiteAccountStore(
            path: server.database,
            masterKey: MasterKey(base64: key.trimmingCharacters(in: .newlines))
        )
        let now = Int64(Date.now.timeIntervalSince1970)
        let name = try AccountReference.username(Username(parsing: "joe"))
        let user = try #require(try await store.snapshot(of: name, at: now)?.user)
        var generator = SystemRandomNumberGenerator()
        let launch = LaunchRecord(
            id: CorrelationID(using: &generator),
            partnerID: user.partnerID,
            userID: user.id,
            correlationID: CorrelationID(using: &generator),
            sessionKey: try #require(SessionKey("4711")),
            createdAt: now,
            forgetAt: now + 3600
        )
        let event = AuditEvent(
            time: now * 1000,
            correlationID: launch.correlationID,
            partnerID: user.partnerID,
            action: .clientEnrolled,
            outcome: .granted,
            detail: "\"quoted\", {braced}, back\\slashed, NULL, and not ASCII: ✓"
        )
        try await store.createLaunch(launch, recording: event)
        try await store.enrollClient(
            EnrolledClient(key: try #require(ClientKey(String(repeating: "A", count: 43))), enrolledAt: now),
            for: user.id,
            of: user.partnerID,
            launch: launch.id,
            recording: event
        )
        try await addSecondFactor(of: user, to: store, recording: event)
        try await archiveOldest(store)
        try store.close()
    }

    private static func addSecondFactor(
        of user: User,
        to store: SQLiteAccountStore,
        recording event: AuditEvent
    ) async throws {
        var generator = SystemRandomNumberGenerator()
        let factor = SecondFactor(
            id: SecondFactor.ID(using: &generator),
            userID: user.id,
            codes: OneTimeCodes(using: &generator),
            recoveryDigests: [RecoveryCode(using: &generator).digest(for: user.id)],
            createdAt: event.time / 1000
        )
        try await store.saveSecondFactor(factor, of: user, recording: event)
        let name = AccountReference.username(user.username)
        let changed = try #require(try await store.snapshot(of: name, at: event.time / 1000)?.user)
        let key = SecurityKey(
            userID: user.id,
            credentialID: [0, 1, 2, 255],
            publicKey: [0xA4, 0],
            algorithm: -257,
            counter: .max,
            name: "Key ✓",
            createdAt: event.time / 1000
        )
        _ = try await store.addSecurityKey(key, with: nil, of: changed, recording: event)
    }

    /// Takes the two oldest rows of the audit away, as `latchkey audit archive` does.
    private static func archiveOldest(_ store: SQLiteAccountStore) async throws {
        let last = try #require(try await store.auditRows(after: 0, limit: 2).last)
        try await store.removeAuditRows(upTo: AuditHead(id: last.id, hash: last.hash), recording: nil)
    }
}
