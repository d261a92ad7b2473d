internal import NIOCore
internal import NIOHTTP1

/// Answers the request that is made most, a LoginKey to `Authorize`, on the connection's event loop and below the
/// framework; hands everything else on as it came.
///
/// Closes a connection that is idle. While a request is answered here, what the peer sends ahead waits, in order.
final class AuthorizeChannelHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// The next request decides.
        case idle
        /// The body of a request that may be answered here is on its way.
        case collecting(Collected)
        /// The framework has so many requests whose answers it has not ended.
        case passing(Int)
        /// The store decides on a request of ours.
        case answering
    }

    /// What is there of a request.
    private struct Collected {
        let original: HTTPRequestHead
        let head: AuthorizeHead
        var body: ByteBuffer?
    }

    /// What came while a request of ours was under way.
    private enum Waiting {
        case part(HTTPServerRequestPart)
        case readComplete
        case event(Any)
    }

    /// How many parts may wait before reading stops.
    private static let maximumWaiting = 8
    /// How long a connection stays open on which nothing is under way.
    static let idleTime = TimeAmount.seconds(60)

    private let fastPath: AuthorizeFastPath
    private let peer: String
    /// Where the encoder of answers stands: ours are encoded already and go past it.
    private var encoder: ChannelHandlerContext?
    private var context: ChannelHandlerContext?
    /// This handler, for answers that come from other threads.
    private var bound: NIOLoopBound<AuthorizeChannelHandler>?
    private var state = State.idle
    private var waiting: CircularBuffer<Waiting> = []
    private var wantsRead = false
    private var isResuming = false
    /// The server wants to stop, and hears of it when what has begun to arrive is done with.
    private var quiescing: ChannelShouldQuiesceEvent?

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - fastPath: What answers.
    ///   - peer: The address at the other end.
    ///   - encoder: Where the encoder of answers stands in the same pipeline.
    init(fastPath: AuthorizeFastPath, peer: String, encoder: ChannelHandlerContext) {
        self.fastPath = fastPath
        self.peer = peer
        self.encoder = encoder
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        bound = nil
        encoder = nil
    }

    // MARK: From the peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if mustWait(context) {
            waiting.append(.part(part))
        } else {
            receive(part, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mustWait(context) {
            waiting.append(.readComplete)
        } else {
            context.fireChannelReadComplete()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume(context) }
        context.fireChannelWritabilityChanged()
    }

    /// Whether what comes has to wait: behind a request of ours, behind what waits already, or because the peer does not
    /// read its answers.
    private func mustWait(_ context: ChannelHandlerContext) -> Bool {
        !waiting.isEmpty || isHeldUp(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, state) {
        case (is IdleStateHandler.IdleStateEvent, .idle): context.close(promise: nil)
        case (is IdleStateHandler.IdleStateEvent, _): break
        case (let event as ChannelShouldQuiesceEvent, .collecting): quiescing = event
        case _ where mustWait(context): waiting.append(.event(event))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Nothing more is read while much waits: a peer cannot fill the memory.
    ///
    /// Not already when a request is under way: to stop and go on reading takes two system calls.
    func read(context: ChannelHandlerContext) {
        if waiting.count > Self.maximumWaiting {
            wantsRead = true
        } else {
            context.read()
        }
    }

    private func receive(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.idle, .head(let original)):
            if let head = AuthorizeHead(original) {
                state = .collecting(Collected(original: original, head: head))
            } else {
                state = .passing(1)
                context.fireChannelRead(wrapInboundOut(part))
            }
        case (.passing(let count), .head):
            state = .passing(count + 1)
            context.fireChannelRead(wrapInboundOut(part))
        case (.collecting(var collected), .body(var buffer)):
            // The state is given up first, so that appending does not copy the body.
            state = .idle
            if collected.body?.writeBuffer(&buffer) == nil { collected.body = buffer }
            state = .collecting(collected)
        case (.collecting(let collected), .end):
            answer(collected, part, context)
        default:
            context.fireChannelRead(wrapInboundOut(part))
        }
    }

    // MARK: To the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), case .passing(let count) = state {
            state = count > 1 ? .passing(count - 1) : .idle
        }
        context.write(data, promise: promise)
    }

    private func answer(_ collected: Collected, _ end: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard let bound else { return }
        state = .answering
        let body = collected.body ?? ByteBuffer()
        let isOurs = fastPath.answer(collected.head, body, peer: peer, on: context.eventLoop) { answer in
            bound.value.send(answer)
        }
        guard !isOurs else { return }
        state = .passing(1)
        context.fireChannelRead(wrapInboundOut(.head(collected.original)))
        context.fireChannelRead(wrapInboundOut(.body(body)))
        context.fireChannelRead(wrapInboundOut(end))
        passOnQuiescing(context)
    }

    private func send(_ answer: ByteBuffer) {
        guard let context else { return }
        encoder?.writeAndFlush(NIOAny(answer), promise: nil)
        state = .idle
        passOnQuiescing(context)
        resume(context)
    }

    private func passOnQuiescing(_ context: ChannelHandlerContext) {
        guard let event = quiescing else { return }
        quiescing = nil
        context.fireUserInboundEventTriggered(event)
    }

    /// Takes up what waits, until something has to wait again.
    ///
    /// An answer may come at once, in the middle of this: then this goes on, and does not begin anew.
    private func resume(_ context: ChannelHandlerContext) {
        guard !isResuming else { return }
        isResuming = true
        defer { isResuming = false }
        while !isHeldUp(context), let next = waiting.popFirst() {
            switch next {
            case .part(let part): receive(part, context)
            case .readComplete: context.fireChannelReadComplete()
            case .event(let event): context.fireUserInboundEventTriggered(event)
            }
        }
        if wantsRead, waiting.count <= Self.maximumWaiting {
            wantsRead = false
            context.read()
        }
    }

    private func isHeldUp(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .answering: true
        case .idle, .collecting: !context.channel.isWritable
        case .passing: false
        }
    }
}
