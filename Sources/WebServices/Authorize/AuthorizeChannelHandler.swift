internal import Accounts
internal import Authentication
internal import HTTPSupport
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Answers the request that is made most, a LoginKey to `Authorize`, on the connection's event loop and below the
/// framework; hands everything else on as it came.
///
/// One request is under way at a time, whoever answers it: what the peer sends ahead waits here, in order.
final class AuthorizeChannelHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        /// The next request decides.
        case idle
        /// The body of a request that may be answered here is on its way.
        case collecting(HTTPRequest, ByteBuffer)
        /// The framework has so many requests whose answers it has not ended.
        case passing(Int)
        /// The store decides on a request of ours.
        case answering
    }

    /// What came while a request of ours was under way.
    private enum Waiting {
        case part(HTTPRequestPart)
        case readComplete
        case event(Any)
    }

    /// How many parts may wait before reading stops.
    private static let maximumWaiting = 8

    private let desk: AuthorizeDesk
    private let source: String
    private var state = State.idle
    private var waiting: CircularBuffer<Waiting> = []
    private var wantsRead = false

    init(desk: AuthorizeDesk, source: String) {
        self.desk = desk
        self.source = source
    }

    // MARK: From the peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answering = state {
            waiting.append(.part(part))
        } else {
            receive(part, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .answering = state {
            waiting.append(.readComplete)
        } else {
            context.fireChannelReadComplete()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .answering = state {
            waiting.append(.event(event))
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Nothing more is read while much waits behind a request of ours: a peer cannot fill the memory.
    ///
    /// Not already when a request is under way: to stop and go on reading takes two system calls.
    func read(context: ChannelHandlerContext) {
        if waiting.count > Self.maximumWaiting {
            wantsRead = true
        } else {
            context.read()
        }
    }

    private func receive(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.idle, .head(let head)) where desk.mayAnswer(head):
            state = .collecting(head, context.channel.allocator.buffer(capacity: 512))
        case (.idle, .head):
            state = .passing(1)
            context.fireChannelRead(wrapInboundOut(part))
        case (.passing(let count), .head):
            state = .passing(count + 1)
            context.fireChannelRead(wrapInboundOut(part))
        case (.collecting(let head, var body), .body(let buffer)):
            // The buffer is given up first, so that appending does not copy it.
            state = .idle
            body.writeImmutableBuffer(buffer)
            state = .collecting(head, body)
            if body.readableBytes > AuthorizeDesk.maximumBodyBytes { handOn(head, body, end: nil, context) }
        case (.collecting(let head, let body), .end):
            answer(head, body, part, context)
        default:
            context.fireChannelRead(wrapInboundOut(part))
        }
    }

    /// Gives the framework what was held back.
    private func handOn(
        _ head: HTTPRequest,
        _ body: ByteBuffer,
        end: HTTPRequestPart?,
        _ context: ChannelHandlerContext
    ) {
        state = .passing(1)
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
        if let end { context.fireChannelRead(wrapInboundOut(end)) }
    }

    // MARK: To the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), case .passing(let count) = state {
            state = count > 1 ? .passing(count - 1) : .idle
        }
        context.write(data, promise: promise)
    }

    private func answer(
        _ head: HTTPRequest,
        _ body: ByteBuffer,
        _ end: HTTPRequestPart,
        _ context: ChannelHandlerContext
    ) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        state = .answering
        let isOurs = desk.answer(head, body, source: source, on: context.eventLoop) { answer in
            let (handler, context) = loopBound.value
            handler.send(answer, context)
        }
        if !isOurs { handOn(head, body, end: end, context) }
    }

    private func send(_ answer: AuthorizeDesk.Answer, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: answer.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        state = .idle
        resume(context)
    }

    private func resume(_ context: ChannelHandlerContext) {
        while let next = waiting.popFirst() {
            switch next {
            case .part(let part): receive(part, context)
            case .readComplete: context.fireChannelReadComplete()
            case .event(let event): context.fireUserInboundEventTriggered(event)
            }
            if case .answering = state { return }
        }
        if wantsRead {
            wantsRead = false
            context.read()
        }
    }
}
