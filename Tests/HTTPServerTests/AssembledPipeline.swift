import Accounts
import AccountsSQLite
import Authentication
import HTTPCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import ServiceTokens
import Sessions
import TestSupport
import Testing
import WireCodec

@testable import HTTPServer

/// The pipeline of a connection as a server puts it together, in memory and on one thread.
///
/// In place of the framework stands a handler that answers every request. Sign-ins have no budget: the fast path
/// answers them at once, with 429.
struct AssembledPipeline {
    private let folder: TemporaryFolder
    private let http1: UpgradableHTTP1Channel

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        let store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        let signers = try await TokenSigners(masterKey: masterKey)
        let random = RandomSource { 7 }
        let time = TimeSource { 1_700_000_000_000 }
        var logger = Logger(label: "pipeline")
        logger.logLevel = .critical
        var generator = SeededGenerator(seed: 1)
        let authenticator = try Authenticator(
            store: store,
            signers: signers,
            audiences: [],
            random: RandomSource { 4 },
            using: &generator
        )
        var limits = SignInService.Limits()
        limits.refusals.burst = 0
        let signInService = SignInService(authenticator: authenticator, limits: limits, logger: logger)
        let hub = SessionHub(
            servers: SessionServers(SessionServerRecord(name: "main", url: "", epoch: "")),
            store: store,
            signer: signers.serverKey,
            time: time,
            memory: PageMemory(limit: 1 << 20),
            logger: logger
        )
        let publicURL = try #require(ServerURL("http://127.0.0.1:1"))
        let site = WebSite(publicURL: publicURL, sessionServers: [])
        let fastPath = AuthorizeFastPath(
            service: AuthorizeService(signInService: signInService, ownOrigins: site.ownOrigins),
            time: time,
            random: random,
            proxies: .none,
            logger: logger
        )
        http1 = UpgradableHTTP1Channel(
            responder: { _, _, _ in },
            sockets: WebSocketRoutes(["/session": SessionSocket(hub: hub, ownOrigins: site.ownOrigins)], site: site),
            authorize: fastPath
        )
    }

    /// A new connection.
    func connect() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        _ = try http1.assemble(channel, webSocket: true) { [http1] channel in
            try http1.addHTTPHandlers(to: channel)
            try channel.pipeline.syncOperations.addHandler(AnsweringHandler())
            return false
        }
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// Writes pieces on a new connection, as a peer would, and returns what it is answered.
    func exchange(_ pieces: [[UInt8]]) throws -> String {
        let channel = try connect()
        var answer = ""
        for piece in pieces {
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            // As a socket does by itself after each read.
            channel.read()
            channel.embeddedEventLoop.run()
        }
        while case .byteBuffer(let buffer)? = try channel.readOutbound(as: IOData.self) {
            answer += String(buffer: buffer)
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return answer
    }
}

/// Answers every request with 200 when it has arrived, and, like the framework, hears of it when a read is complete, and
/// of the end.
private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var unanswered = 0
    private var isUsed = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isUsed = true
        if case .end = unwrapInboundIn(data) { unanswered += 1 }
    }

    /// When nothing more comes, the framework ends its answers, or closes if nothing has come at all.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(mode: isUsed ? .output : .all, promise: nil) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        while unanswered > 0 {
            unanswered -= 1
            let headers = HTTPHeaders([("Content-Length", "0")])
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
