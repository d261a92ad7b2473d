import Foundation
import NIOCore
import NIOPosix

/// A TCP connection on which a test writes what it likes, and reads what comes until the other side closes or is quiet.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, and says something at once: the server closes whoever says nothing for twenty seconds, and beside tests that
    /// block threads the test itself may be that late.
    init(port: Int, saying first: String = "") async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirstWords(text: first))
                    return try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
    }

    /// Whether anybody takes connections at a port.
    static func isPossible(port: Int) async -> Bool {
        let probe = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port)
        guard let channel = try? await probe.get() else { return false }
        try? await channel.close()
        return true
    }

    /// The status that a page of an origin is answered when it asks for a WebSocket; 0 if there is no answer.
    static func upgradeStatus(port: Int, path: String, origin: String?) async throws -> Int {
        var lines = [
            "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if let origin { lines.append("Origin: \(origin)") }
        return try await status(of: lines.map { $0 + "\r\n" }.joined() + "\r\n", port: port)
    }

    /// The status that a request is answered with; 0 if there is no answer.
    static func status(of request: String, port: Int) async throws -> Int {
        let answer = try await Self(port: port).exchange([request], until: { $0.contains("\r\n\r\n") })
        return answer.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// Writes the pieces one after the other, half-closes if asked to, and reads until `isDone` or the end.
    func exchange(
        _ pieces: [String],
        halfClosing: Bool = false,
        until isDone: @Sendable @escaping (String) -> Bool
    ) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            for piece in pieces {
                try await outbound.write(ByteBuffer(string: piece))
            }
            if halfClosing { outbound.finish() }
            var text = ""
            for try await buffer in inbound {
                text += String(buffer: buffer)
                if isDone(text) { break }
            }
            return text
        }
    }

    /// Writes requests one after the other, each when what came before was answered, then bytes, and reads until the other
    /// side closes.
    static func exchange(_ requests: [String], then bytes: [UInt8], port: Int) async throws -> [UInt8] {
        try await Self(port: port, saying: requests[0]).channel
            .executeThenClose { inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                var answers = ByteBuffer()
                for (index, request) in requests.enumerated() {
                    if index > 0 { try await outbound.write(ByteBuffer(string: request)) }
                    while String(buffer: answers).components(separatedBy: "\r\n\r\n").count < index + 2 {
                        guard var buffer = try await iterator.next() else { return Array(answers.readableBytesView) }
                        answers.writeBuffer(&buffer)
                    }
                }
                try await outbound.write(ByteBuffer(bytes: bytes))
                while var buffer = try await iterator.next() { answers.writeBuffer(&buffer) }
                return Array(answers.readableBytesView)
            }
    }

    /// Writes a text and reads what comes until `isDone`, then does something else, and goes on with a second text until
    /// the other side closes; returns all that came.
    func exchange(
        _ first: String,
        until isDone: @Sendable @escaping (String) -> Bool,
        then action: () async throws -> Void,
        _ second: String
    ) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            var iterator = inbound.makeAsyncIterator()
            var text = ""
            try await outbound.write(ByteBuffer(string: first))
            while !isDone(text), let buffer = try await iterator.next() {
                text += String(buffer: buffer)
            }
            try await action()
            try await outbound.write(ByteBuffer(string: second))
            while let buffer = try await iterator.next() {
                text += String(buffer: buffer)
            }
            return text
        }
    }
}

/// Writes a text as soon as a connection is there.
private final class FirstWords: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(text: String) {
        self.text = text
    }

    func channelActive(context: ChannelHandlerContext) {
        if !text.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil) }
        context.fireChannelActive()
    }
}
