internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// A part of a request, in either of the forms that a pipeline knows.
protocol RequestPart {
    /// Where in its request the part stands.
    var place: RequestPlace { get }
}

enum RequestPlace {
    case head
    case body
    case end
}

extension HTTPRequestPart: RequestPart {
    var place: RequestPlace {
        switch self {
        case .head: .head
        case .body: .body
        case .end: .end
        }
    }
}

extension HTTPServerRequestPart: RequestPart {
    var place: RequestPlace {
        switch self {
        case .head: .head
        case .body: .body
        case .end: .end
        }
    }
}

/// Closes a connection whose request has not arrived completely some time after its head.
///
/// Most requests arrive in one piece: no clock is set for those.
final class RequestDeadline<Part: RequestPart>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Part

    private let timeout: TimeAmount
    private var isArriving = false
    private var closing: Scheduled<Void>?

    init(seconds: Int64) {
        self.timeout = .seconds(seconds)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).place {
        case .head: isArriving = true
        case .body: break
        case .end: end()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isArriving, closing == nil {
            let channel = context.channel
            closing = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        isArriving = false
        closing?.cancel()
        closing = nil
    }
}

extension EventLoopFuture {
    /// Closes a channel unless the future is completed in time: no peer may hold a connection without saying anything.
    func closing(_ channel: any Channel, after timeout: TimeAmount) -> EventLoopFuture {
        let closing = eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        whenComplete { _ in closing.cancel() }
        return self
    }
}
