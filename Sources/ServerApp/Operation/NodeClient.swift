internal import Accounts
internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import ServiceTokens
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// Asks other nodes, at the host of their session server.
///
/// An answer may have 64 KiB and take two seconds; redirects are not followed.
struct NodeClient: NodeCalls {
    let name: String
    let signer: TokenSigner<NodeClaims>

    /// A node answers with something other than 200.
    struct NoAnswer: Error {
        let status: UInt
    }

    /// One for the process: it lasts as long.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )

    func ask(_ call: PresenceCall, of node: SessionServerRecord) async throws -> PresenceAnswer {
        guard let server = ServerURL(of: node.url) else { throw NoAnswer(status: 0) }
        var request = HTTPClientRequest(url: server.web.text + Path.nodePresence)
        request.method = .POST
        let claims = NodeClaims(node: name, issuedAt: TimeSource.system.seconds)
        request.headers.add(name: "authorization", value: "Bearer \(try signer.sign(claims))")
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try call.json))
        let response = try await Self.client.execute(request, timeout: .seconds(2))
        guard response.status == .ok else { throw NoAnswer(status: response.status.code) }
        return try PresenceAnswer(json: Array(buffer: try await response.body.collect(upTo: 64 * 1024)))
    }
}
