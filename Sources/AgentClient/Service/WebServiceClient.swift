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
    /// What its tokens are for.
    private static let service = TokenService.client.rawValue

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
        let body = JSONWriter.object(of: [
            ParameterName.ticket: launch.ticket ?? "", ParameterName.version: version,
        ])
        let answer = try await send(Path.launchPickUp, body, to: launch.server)
        guard let owner = LaunchOwner(json: answer) else { throw .unreachable }
        let identity = Identity(
            server: launch.server,
            groupID: owner.groupID,
            groupName: owner.groupName,
            user: Identity.user(partnerUserID: owner.partnerUserID, username: owner.username),
            name: owner.name
        )
        var launch = launch
        launch.correlationID = owner.correlationID
        return (launch, identity)
    }

    /// Says why a ticket is not used.
    func decline(_ launch: Launch, _ reason: LaunchDeclineReason) async throws(ServiceFailure) {
        guard let ticket = launch.ticket else { return }
        let body = JSONWriter.object(of: [ParameterName.ticket: ticket, ParameterName.reason: reason.rawValue])
        _ = try await send(Path.launchDecline, body, to: launch.server)
    }

    /// Signs in with what the URL holds.
    func signIn(_ launch: Launch, at now: Int64) async throws(ServiceFailure) -> SignIn {
        var members = [ParameterName.service: Self.service]
        switch launch.url.credential {
        case .loginKey(let partnerID, let partnerUserID, let loginKey):
            members[ParameterName.partnerID] = partnerID.text
            members[ParameterName.partnerUserID] = partnerUserID.text
            members[ParameterName.loginKey] = loginKey.text
            if case .version2 = loginKey, let purpose = launch.url.loginKeyPurpose {
                members[ParameterName.command] = purpose.command.rawValue
                members[ParameterName.sessionKey] = purpose.sessionKey
            }
        case .ticket(let ticket):
            guard let proof = try? keys.proof(for: ticket) else { throw .refused }
            members[ParameterName.ticket] = ticket
            members[ParameterName.clientKey] = keys.publicKey
            members[ParameterName.clientProof] = proof
        }
        return try await authorize(JSONWriter.object(of: members), at: launch.server, launch.correlationID, now)
    }

    /// Gets a new token.
    func renew(_ signIn: SignIn, at now: Int64) async throws(ServiceFailure) -> SignIn {
        let body = JSONWriter.object(of: [
            ParameterName.gssnID: signIn.sessionID, ParameterName.service: Self.service,
        ])
        return try await authorize(body, at: signIn.identity.server, signIn.correlationID, now)
    }

    /// Asks for the way into a session.
    func request(_ target: SessionTarget, _ signIn: SignIn) async throws(ServiceFailure) -> SessionAdmission {
        var members: [String: String] = [:]
        switch target {
        case .join(let key):
            members[ParameterName.action] = SessionRequestKind.join.rawValue
            members[ParameterName.sessionKey] = key
        case .start(let key):
            members[ParameterName.action] = SessionRequestKind.start.rawValue
            members[ParameterName.sessionKey] = key
        }
        let answer = try await send(
            Path.sessions,
            JSONWriter.object(of: members),
            to: signIn.identity.server,
            token: signIn.token,
            signIn.correlationID
        )
        guard let admission = SessionAdmission(json: answer) else { throw .unreachable }
        return admission
    }

    /// Asks for an address at which a session is shown, which can be opened once within a minute.
    func viewerLink(_ sessionKey: String, _ signIn: SignIn) async throws(ServiceFailure) -> String {
        let answer = try await send(
            Path.viewerLinks,
            JSONWriter.object(of: [ParameterName.gssnID: signIn.sessionID, ParameterName.sessionKey: sessionKey]),
            to: signIn.identity.server,
            signIn.correlationID
        )
        guard let link = ViewerLink(json: answer) else { throw .unreachable }
        guard signIn.identity.server.allows(page: link.url) else { throw .refused }
        return link.url
    }
}

// MARK: Signing in

extension WebServiceClient {
    private func authorize(
        _ body: [UInt8],
        at server: ServerAddress,
        _ correlationID: String,
        _ now: Int64
    ) async throws(ServiceFailure) -> SignIn {
        let json = try await send(Path.authorize, body, to: server, correlationID)
        guard let answer = ClientAuthorization(json: json) else { throw .unreachable }
        let identity = Identity(
            server: server,
            groupID: answer.groupID,
            groupName: answer.groupName,
            user: Identity.user(partnerUserID: answer.partnerUserID, username: answer.username),
            name: answer.name
        )
        // The clocks of server and client may differ; what counts is how long the token lives.
        return SignIn(
            identity: identity,
            token: answer.token,
            sessionID: answer.sessionID,
            tokenEnds: now + Self.lifetime(answer.token) * 1000,
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
    private func send(
        _ path: String,
        _ body: [UInt8],
        to server: ServerAddress,
        token: String? = nil,
        _ correlationID: String = ""
    ) async throws(ServiceFailure) -> [UInt8] {
        var request = HTTPClientRequest(url: server.text + path)
        request.method = .POST
        request.headers.add(name: "user-agent", value: "latchkey-client/\(version)")
        if !correlationID.isEmpty { request.headers.add(name: "x-correlation-id", value: correlationID) }
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        guard let response = try? await client.execute(request, timeout: Self.timeout),
            let buffer = try? await response.body.collect(upTo: Self.maximumByteCount)
        else { throw .unreachable }
        switch response.status.code {
        case 200..<300: return Array(buffer.readableBytesView)
        case 404: throw .notStarted
        case 409: throw .conflict
        case 429, 500...: throw .unreachable
        default: throw .refused
        }
    }
}
