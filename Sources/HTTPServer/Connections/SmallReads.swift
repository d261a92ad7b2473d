internal import NIOCore

/// Passes on what a peer has sent in small pieces, one for each requested read.
///
/// Over TLS a read brings a record of up to 16 KiB, and NIO's decoder makes parts of all requests in it at once: several
/// hundred, each of which takes a kilobyte, before anybody further down can say that this is enough.
final class SmallReads: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = NIOAny

    /// The most bytes of a piece.
    static let size = 2048

    /// What has not been passed on yet.
    private var rest: ByteBuffer?
    private var isHandingOn = false
    /// A read was requested while a piece was passed on.
    private var wantsMore = false
    private var isOver = false

    /// Passes on everything as it comes from now on, and leaves the pipeline after a read: the connection has become a
    /// WebSocket, whose frames have a limit of their own.
    static func stop(in channel: any Channel) {
        try? channel.pipeline.syncOperations.handler(type: SmallReads.self).isOver = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if rest == nil, isOver || buffer.readableBytes <= Self.size { return context.fireChannelRead(data) }
        if rest?.writeBuffer(&buffer) == nil { rest = buffer }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Handlers further down ask for the rest.
        if let piece = takePiece() { context.fireChannelRead(wrapInboundOut(piece)) }
        context.fireChannelReadComplete()
        if isOver, rest == nil { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }

    func read(context: ChannelHandlerContext) {
        guard rest != nil else { return context.read() }
        wantsMore = true
        guard !isHandingOn else { return }
        isHandingOn = true
        while wantsMore, let piece = takePiece() {
            wantsMore = false
            context.fireChannelRead(wrapInboundOut(piece))
            context.fireChannelReadComplete()
            // As the socket's own reads do: handlers that hold back reads are in between.
            context.channel.read()
        }
        isHandingOn = false
        if wantsMore, rest == nil {
            wantsMore = false
            context.read()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        handOnAll(context)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { handOnAll(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func handOnAll(_ context: ChannelHandlerContext) {
        guard let all = rest else { return }
        rest = nil
        context.fireChannelRead(wrapInboundOut(all))
        context.fireChannelReadComplete()
    }

    private func takePiece() -> ByteBuffer? {
        guard var buffer = rest else { return nil }
        let size = isOver ? buffer.readableBytes : min(buffer.readableBytes, Self.size)
        let piece = buffer.readSlice(length: size)
        rest = buffer.readableBytes > 0 ? buffer : nil
        return piece
    }
}
