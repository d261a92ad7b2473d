internal import NIOCore
internal import NIOHTTP1

/// Answers the most frequent request, a LoginKey to `Authorize`, on the connection's event loop and below the
/// framework; passes on everything else as it came.
///
/// Requests are taken one at a time, and refused where they break the rules: what the peer sends ahead waits, in order,
/// until the answer to what came before is written and the peer reads. Closes a connection that is idle.
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
        /// The framework has a request whose answer it has not ended, or whose end has not come.
        case passing(Passed)
        /// The store decides on a request of ours.
        case answering
        /// The rest of a request that turns the connection into a WebSocket is on its way.
        case upgrading(HTTPRequestHead)
        /// A request was refused, and with it the connection.
        case refused
    }

    /// How far a request of the framework's is.
    private struct Passed {
        var hasArrived = false
        var isAnswered = false
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
        case event(Any)
    }

    /// How many parts may wait before reading stops.
    private static let maximumWaiting = 8
    /// How long a connection stays open on which nothing is under way.
    static let idleTime = TimeAmount.seconds(60)

    private let rules: RequestRules
    private let lateUpgrade: LateUpgrade
    /// The first request came through ``PlainRequests``, which has taken out what it was refused for.
    private let refusalOfFirst: HTTPResponseStatus?
    private let fastPath: AuthorizeFastPath
    private let peer: String
    /// Where the encoder of answers is: ours are already encoded and go past it.
    private var encoder: ChannelHandlerContext?
    private var context: ChannelHandlerContext?
    /// This handler, for answers that come from other threads.
    private var bound: NIOLoopBound<AuthorizeChannelHandler>?
    private var state = State.idle
    private var waiting: CircularBuffer<Waiting> = []
    private var wantsRead = false
    /// A request has said that it is the last one.
    private var isEnding = false
    /// The framework has had a request.
    private(set) var hasPassed = false
    private var isResuming = false
    /// The server wants to stop; this is passed on when what has begun to arrive is done.
    private var quiescing: ChannelShouldQuiesceEvent?

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - rules: What requests must keep to.
    ///   - lateUpgrade: What turns the connection into a WebSocket, for a request that is not its first.
    ///   - refusalOfFirst: What the connection's first request is refused with, if it is.
    ///   - fastPath: What answers.
    ///   - peer: The address at the other end.
    ///   - encoder: Where the encoder of answers is in the same pipeline.
    init(
        rules: RequestRules,
        lateUpgrade: LateUpgrade,
        refusalOfFirst: HTTPResponseStatus?,
        fastPath: AuthorizeFastPath,
        peer: String,
        encoder: ChannelHandlerContext
    ) {
        self.rules = rules
        self.lateUpgrade = lateUpgrade
        self.refusalOfFirst = refusalOfFirst
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

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume(context) }
        context.fireChannelWritabilityChanged()
    }

    /// Whether what comes must wait: for a request of ours, for what is already waiting, or because the peer does not
    /// read its answers.
    private func mustWait(_ context: ChannelHandlerContext) -> Bool {
        !waiting.isEmpty || isHeldUp(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, state) {
        case (is IdleStateHandler.IdleStateEvent, .idle), (is IdleStateHandler.IdleStateEvent, .refused):
            context.close(promise: nil)
        case (is IdleStateHandler.IdleStateEvent, _): break
        case (let event as ChannelShouldQuiesceEvent, .collecting): quiescing = event
        case _ where mustWait(context): waiting.append(.event(event))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Nothing more is read while much is waiting: a peer cannot fill the memory.
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
            begin(original, context)
        case (.passing(var passed), .end):
            passed.hasArrived = true
            state = passed.isAnswered ? .idle : .passing(passed)
            context.fireChannelRead(wrapInboundOut(part))
        case (.collecting(var collected), .body(var buffer)):
            // The state is given up first, so that appending does not copy the body.
            state = .idle
            if collected.body?.writeBuffer(&buffer) == nil { collected.body = buffer }
            state = .collecting(collected)
        case (.collecting(let collected), .end):
            answer(collected, part, context)
        case (.upgrading(let head), .end):
            upgrade(head, context)
        case (.refused, _), (.upgrading, _):
            break
        default:
            context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if let status = refusalOfFirst ?? rules.refusal(of: head) { return refuse(status, context) }
        if rules.opensWebSocket(head), !isEnding {
            state = .upgrading(head)
            return
        }
        isEnding = isEnding || !head.isKeepAlive
        if let plain = AuthorizeHead(head) {
            state = .collecting(Collected(original: head, head: plain))
            return
        }
        state = .passing(Passed())
        hasPassed = true
        if head.expectsContinue {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func upgrade(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let events = waiting.compactMap { waiting in
            if case .event(let event) = waiting { event } else { nil }
        }
        waiting.removeAll()
        lateUpgrade.carryOut(head, context, self, events: events)
    }

    /// Answers a request that breaks the rules and closes: where the next one begins is in doubt.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        state = .refused
        context.write(wrapOutboundOut(.head(fastPath.refusalHead(status))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil)))
            .whenComplete { _ in
                channel.close(promise: nil)
            }
    }

    // MARK: To the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), case .passing(var passed) = state {
            passed.isAnswered = true
            state = passed.hasArrived ? .idle : .passing(passed)
        }
        context.write(data, promise: promise)
    }

    /// Goes on with what waits for an answer of the framework's.
    func flush(context: ChannelHandlerContext) {
        context.flush()
        if case .idle = state, !waiting.isEmpty { resume(context) }
    }

    private func answer(_ collected: Collected, _ end: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard let bound else { return }
        state = .answering
        let body = collected.body ?? ByteBuffer()
        let isOurs = fastPath.answer(collected.head, body, peer: peer, on: context.eventLoop) { answer in
            bound.value.send(answer)
        }
        guard !isOurs else { return }
        state = .passing(Passed(hasArrived: true))
        hasPassed = true
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
    /// An answer may come at once, in the middle of this: then this goes on, and does not start again.
    private func resume(_ context: ChannelHandlerContext) {
        guard !isResuming else { return }
        isResuming = true
        defer { isResuming = false }
        repeat {
            while !waiting.isEmpty, !isHeldUp(context) {
                takeUp(context)
                // The framework takes what it got when a read is complete; the one that brought this was complete long ago.
                context.fireChannelReadComplete()
            }
            guard wantsRead, waiting.count <= Self.maximumWaiting else { return }
            wantsRead = false
            // What ``SmallReads`` has kept back comes at once.
            context.read()
        } while !waiting.isEmpty && !isHeldUp(context)
    }

    private func takeUp(_ context: ChannelHandlerContext) {
        while !isHeldUp(context), let next = waiting.popFirst() {
            switch next {
            case .part(let part): receive(part, context)
            case .event(let event): context.fireUserInboundEventTriggered(event)
            }
        }
    }

    private func isHeldUp(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .answering: true
        case .idle, .collecting: !context.channel.isWritable
        case .passing(let passed): passed.hasArrived
        case .refused, .upgrading: false
        }
    }
}
