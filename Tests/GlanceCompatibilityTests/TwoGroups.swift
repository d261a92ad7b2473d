import Accounts
import AccountsSQLite
import Authentication
import HTTPCore
import HTTPTypes
import Hummingbird
import Logging
import LoginKey
import NIOCore
import NIOEmbedded
import ServiceTokens
import Synchronization
import TestSupport
import Testing
import WireCodec

@testable import GlanceCompatibility

/// Two groups that are alike, each with an administrator, and the routes on them without a socket.
struct TwoGroups {
    static let now: Int64 = 1_700_000_000

    /// What came back.
    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: String
    }

    let folder: TemporaryFolder
    let store: any AccountStore
    let authenticator: Authenticator
    let apiKey: APIKey
    let responder: WebResponder

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        var generator = SeededGenerator(seed: 7)
        authenticator = try Authenticator(
            store: store,
            signers: await TokenSigners(masterKey: masterKey),
            audiences: [try LoginKeyAudience(parsing: "support.example")],
            random: RandomSource { UInt64.random(in: 0 ... .max) },
            using: &generator
        )
        apiKey = APIKey.generate(using: &generator)
        for (partnerID, name) in [("12345", "boss"), ("67890", "chief")] {
            let partnerID = try PartnerID(parsing: partnerID)
            let group = Group(partnerID: partnerID, name: name, usePolicy: .off)
            try await store.createGroup(group, recording: Self.event)
            let user = User(
                partnerID: partnerID,
                partnerUserID: try PartnerUserID(parsing: "boss"),
                username: try Username(parsing: name),
                isAdministrator: true
            )
            _ = try await store.createUsers([user], recording: Self.event)
        }
        let partnerID = try PartnerID(parsing: "12345")
        _ = try await store.addAPIKey(apiKey, label: "", to: partnerID, at: Self.now, recording: Self.event)
        let publicURL = try #require(ServerURL("https://latchkey.example"))
        let signInService = SignInService(authenticator: authenticator, logger: Logger(label: "test"))
        responder = Self.responder(signInService, WebSite(publicURL: publicURL, sessionServers: []))
    }

    private static func responder(_ signInService: SignInService, _ site: WebSite) -> WebResponder {
        let router = Router(context: WebContext.self, options: [.caseInsensitive, .autoGenerateHeadEndpoints])
        let random = RandomSource { UInt64.random(in: 0...UInt64.max) }
        let glance = GlanceCompatibility(signInService: signInService, site: site, random: random)
        glance.addRoutes(to: router)
        return WebResponder(
            router: router,
            time: TimeSource { now * 1000 },
            random: random,
            errorForm: { error, request, context in glance.answer(to: error, request, context) }
        )
    }

    static var event: AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: now * 1000, correlationID: id, action: .administration, outcome: .granted)
    }

    // MARK: Asking

    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        headers: HTTPFields = [:],
        body: String = ""
    ) async throws -> Answer {
        let request = Request(
            head: HTTPRequest(method: method, scheme: "https", authority: "x", path: target, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body))
        )
        let source = ApplicationRequestContextSource(
            channel: NIOAsyncTestingChannel(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let response = try await responder.respond(to: request, context: WebContext(source: source))
        let collected = Collected()
        try await response.body.write(Collector(collected: collected))
        let text = collected.buffer.withLock { String(buffer: $0) }
        return Answer(status: response.status.code, headers: response.headers, body: text)
    }

    /// Calls the Partner User API as the first group's administrator, with a LoginKey.
    func papi(_ operation: String, _ form: String = "") async throws -> Answer {
        let loginKey = try LoginKeyIssuer(partnerID: PartnerID(parsing: "12345"), apiKey: apiKey, lifetime: 3600)
            .issue(for: PartnerUserID(parsing: "boss"), at: Self.now)
        return try await send(
            .post,
            "/PAPI/\(operation).asp",
            body: "PartnerLogin=boss&PartnerAuth=\(PercentEncoding.encode(loginKey.text))&\(form)"
        )
    }

    /// Calls REST with a token of somebody.
    func rest(
        _ method: HTTPRequest.Method,
        _ path: String,
        as name: String = "boss",
        ifMatch: String? = nil,
        body: String = ""
    ) async throws -> Answer {
        var headers: HTTPFields = [.authorization: "Bearer \(try await token(of: name))"]
        headers[.ifMatch] = ifMatch
        return try await send(method, "/api/v0/groups\(path)", headers: headers, body: body)
    }

    private func token(of name: String) async throws -> String {
        let snapshot = try await store.snapshot(of: .username(Username(parsing: name)), at: Self.now)
        guard let user = snapshot?.user else { return "" }
        let claims = AuthClaims(
            user: user,
            privileges: [],
            service: "webservices",
            root: nil,
            correlationID: .none,
            issuedAt: Self.now,
            lifetime: 3600
        )
        return authenticator.signers.auth.sign(claims)
    }

    // MARK: Looking behind

    /// A user of the first group; `nil` if there is none.
    func user(_ puid: String) async throws -> User? {
        let key = AccountReference.partner(try PartnerID(parsing: "12345"), try PartnerUserID(parsing: puid))
        return try await store.snapshot(of: key, at: Self.now)?.user
    }

    func change(_ puid: String, _ body: (inout User) -> Void) async throws {
        guard var user = try await user(puid) else { return }
        body(&user)
        try await store.updateUser(user, recording: Self.event)
    }
}

private final class Collected: Sendable {
    let buffer = Mutex(ByteBuffer())
}

private struct Collector: ResponseBodyWriter {
    let collected: Collected

    func write(_ buffer: ByteBuffer) async throws {
        collected.buffer.withLock { _ = $0.writeImmutableBuffer(buffer) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
