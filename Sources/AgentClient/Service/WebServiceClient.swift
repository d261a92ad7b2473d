internal import AsyncHTTPClient
internal import Foundation
internal import LoginKey
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import ProtocolURL
internal import WireCodec
internal import WireProtocol

/// The client's side of the web services.
///
/// It follows no redirect: credentials go to the configured server and nowhere else.
struct WebServiceClient: Sendable {
    private static let timeout = TimeAmount.seconds(10)
    private static let maximumByteCount = 1 << 16

    let keys: ClientKeyPair
    let version: String
    private let client: HTTPClient

    init(keys: ClientKeyPair, version: String, tls: TLSConfiguration) {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        // The state machine says when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(5)
        self.keys = keys
        self.version = version
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutDown() async {
        try? await client.shutdown()
    }

    /// Says that a ticket has arrived, and asks whose it is.
    func pickUp(_ launch: Launch) async throws(ServiceFailure) -> (Launch, Identity) {
        struct Answer: Decodable {
            let groupId: String
            let groupName: String
            let partnerUserId: String
            let username: String
            let name: String
            let correlationId: String
        }
        let body = JSONWriter.object { json in
            json.member("ticket", launch.ticket ?? "")
            json.member("version", version)
        }
        let answer: Answer = try await post(Path.launchPickUp, body, to: launch.server)
        let identity = Identity(
            server: launch.server,
            groupID: answer.groupId,
            groupName: answer.groupName,
            user: Identity.user(partnerUserID: answer.partnerUserId, username: answer.username),
            name: answer.name
        )
        var launch = launch
        launch.correlationID = answer.correlationId
        return (launch, identity)
    }

    /// Says why a ticket is not used.
    func decline(_ launch: Launch, _ reason: ClientAction.DeclineReason) async throws(ServiceFailure) {
        guard let ticket = launch.ticket else { return }
        let body = JSONWriter.object { json in
            json.member("ticket", ticket)
            json.member("reason", reason.rawValue)
        }
        _ = try await send(.POST, Path.launchDecline, body, to: launch.server)
    }

    /// Signs in with what the URL holds.
    func signIn(_ launch: Launch, at now: Int64) async throws(ServiceFailure) -> SignIn {
        let proof = try proof(for: launch)
        let body = JSONWriter.object { json in
            switch launch.url.credential {
            case .loginKey(let partnerID, let partnerUserID, let loginKey):
                json.member("partnerid", partnerID.text)
                json.member("partneruserid", partnerUserID.text)
                json.member("loginkey", loginKey.text)
                if case .version2 = loginKey, let purpose = launch.url.loginKeyPurpose {
                    json.member("command", purpose.command.rawValue)
                    if let sessionKey = purpose.sessionKey { json.member("sessionkey", sessionKey) }
                }
            case .ticket(let ticket):
                json.member("ticket", ticket)
                json.member("clientkey", keys.publicKey)
                json.member("clientproof", proof)
            }
            json.member("service", "client")
        }
        return try await authorize(body, at: launch.server, launch.correlationID, now)
    }

    /// Gets a new token.
    func renew(_ signIn: SignIn, at now: Int64) async throws(ServiceFailure) -> SignIn {
        let body = JSONWriter.object { json in
            json.member("gssnid", signIn.sessionID)
            json.member("service", "client")
        }
        return try await authorize(body, at: signIn.identity.server, signIn.correlationID, now)
    }

    /// Asks for a way into a session.
    func request(_ target: SessionTarget, _ signIn: SignIn) async throws(ServiceFailure) -> Admission {
        struct Answer: Decodable {
            let server: String
            let serverKey: String
            let sessionKey: String
        }
        let body = JSONWriter.object { json in
            switch target {
            case .join(let key):
                json.member("action", "join")
                json.member("sessionkey", key)
            case .start(let key):
                json.member("action", "start")
                if let key { json.member("sessionkey", key) }
            }
        }
        let answer: Answer = try await post(
            Path.sessions,
            body,
            to: signIn.identity.server,
            token: signIn.token,
            signIn.correlationID
        )
        return Admission(server: answer.server, serverKey: answer.serverKey, sessionKey: answer.sessionKey)
    }
}

// MARK: Signing in

extension WebServiceClient {
    private func proof(for launch: Launch) throws(ServiceFailure) -> String {
        guard let ticket = launch.ticket else { return "" }
        guard let proof = try? keys.proof(for: ticket) else { throw .refused }
        return proof
    }

    private func authorize(
        _ body: [UInt8],
        at server: ServerAddress,
        _ correlationID: String,
        _ now: Int64
    ) async throws(ServiceFailure) -> SignIn {
        struct Answer: Decodable {
            let authToken: String
            let authTokeExp: String
            let gssnId: String
            let groupId: String
            let groupName: String
            let partnerUserId: String
            let username: String
            let name: String
        }
        let answer: Answer = try await post(Path.authorize, body, to: server, correlationID)
        let identity = Identity(
            server: server,
            groupID: answer.groupId,
            groupName: answer.groupName,
            user: Identity.user(partnerUserID: answer.partnerUserId, username: answer.username),
            name: answer.name
        )
        // The clocks of server and client may differ; what counts is how long the token lives.
        return SignIn(
            identity: identity,
            token: answer.authToken,
            sessionID: answer.gssnId,
            tokenEnds: now + Self.lifetime(answer.authToken) * 1000,
            correlationID: correlationID
        )
    }

    /// How many seconds a token lives, by its own claims; they are for the server to check, not for us.
    private static func lifetime(_ token: String) -> Int64 {
        struct Claims: Decodable {
            let iat: Int64
            let exp: Int64
        }
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return 60 }
        guard let bytes = Base64URL.decode(Array(parts[1].utf8)[...]),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(bytes))
        else { return 60 }
        return max(claims.exp - claims.iat, 1)
    }
}

// MARK: Requests

extension WebServiceClient {
    private func post<Answer: Decodable>(
        _ path: String,
        _ body: [UInt8],
        to server: ServerAddress,
        token: String? = nil,
        _ correlationID: String = ""
    ) async throws(ServiceFailure) -> Answer {
        let data = try await send(.POST, path, body, to: server, token: token, correlationID)
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else { throw .unreachable }
        return answer
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [UInt8]?,
        to server: ServerAddress,
        token: String? = nil,
        _ correlationID: String = ""
    ) async throws(ServiceFailure) -> Data {
        var request = HTTPClientRequest(url: server.text + path)
        request.method = method
        request.headers.add(name: "user-agent", value: "latchkey-client/\(version)")
        if !correlationID.isEmpty { request.headers.add(name: "x-correlation-id", value: correlationID) }
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        guard let response = try? await client.execute(request, timeout: Self.timeout),
            let buffer = try? await response.body.collect(upTo: Self.maximumByteCount)
        else { throw .unreachable }
        switch response.status.code {
        case 200..<300: return Data(buffer.readableBytesView)
        case 404: throw .notStarted
        case 409: throw .conflict
        case 429, 500...: throw .unreachable
        default: throw .refused
        }
    }
}
