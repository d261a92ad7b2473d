import NIOCore
import NIOPosix

/// A TCP connection on which a test writes what it likes, and reads what comes until the other side closes or is quiet.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
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
}
