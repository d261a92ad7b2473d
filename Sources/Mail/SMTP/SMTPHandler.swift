internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Carries out what ``SMTPStateMachine`` says, on one connection, within bounds of time.
final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long a server may take.
    struct Patience: Sendable {
        /// From a command to the end of its reply, and for TLS.
        var reply = Duration.seconds(30)
        /// For all of it.
        var whole = Duration.seconds(120)
    }

    private var machine: SMTPStateMachine
    private var reader = SMTPReplyReader()
    private var promise: EventLoopPromise<SMTPReply>?
    private var deadline: Scheduled<Void>?
    private var end: Scheduled<Void>?
    private var isAwaitingTLS: Bool
    private let isSecureFromStart: Bool
    private let patience: Patience
    private let makeTLS: () throws -> NIOSSLClientHandler

    /// - Parameters:
    ///   - machine: The conversation.
    ///   - isSecureFromStart: Whether TLS comes before the greeting.
    ///   - patience: How long the server may take.
    ///   - promise: Gets the reply that the mail was taken with, or a ``MailError``.
    ///   - makeTLS: What begins TLS in the middle of the conversation.
    init(
        _ machine: SMTPStateMachine,
        isSecureFromStart: Bool,
        patience: Patience,
        promise: EventLoopPromise<SMTPReply>,
        makeTLS: @escaping () throws -> NIOSSLClientHandler
    ) {
        self.machine = machine
        self.isSecureFromStart = isSecureFromStart
        self.isAwaitingTLS = isSecureFromStart
        self.patience = patience
        self.promise = promise
        self.makeTLS = makeTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        end = schedule(patience.whole, context)
        awaitServer(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard promise != nil else { return }
        reader.append(unwrapInboundIn(data).readableBytesView)
        do throws(SMTPReplyReader.Problem) {
            guard let reply = try reader.next() else { return }
            // What comes unasked would be taken for the answer to a command that was not sent yet, or for what came behind TLS.
            guard reader.isEmpty else { return fail(.garbled, "the mail server says more than it was asked", context) }
            act(machine.take(reply), context)
        } catch {
            fail(.garbled, "the mail server does not speak SMTP (\(error))", context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent, isAwaitingTLS {
            isAwaitingTLS = false
            if isSecureFromStart { awaitServer(context) } else { act(machine.secured(), context) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOSSLError where isAwaitingTLS, is BoringSSLError, is NIOSSLExtraError:
            fail(.insecure, "TLS with the mail server failed: \(TLSFailure(error).text)", context)
        default: fail(.closed, "the connection to the mail server has failed: \(error)", context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed, "the mail server has closed the connection", context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(.closed, "the mail server has closed the connection", context)
    }

    // MARK: Acting

    private func act(_ action: SMTPStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let bytes): send(bytes, context)
        case .beginTLS: beginTLS(context)
        case .fail(let error): settle(.failure(error), context)
        case .finish(let reply):
            send(Array("QUIT\r\n".utf8), context)
            settle(.success(reply), context)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        awaitServer(context)
    }

    private func beginTLS(_ context: ChannelHandlerContext) {
        isAwaitingTLS = true
        awaitServer(context)
        do {
            try context.pipeline.syncOperations.addHandler(try makeTLS(), position: .first)
        } catch {
            fail(.insecure, "TLS cannot be begun: \(error)", context)
        }
    }

    private func fail(_ code: MailError.Code, _ message: String, _ context: ChannelHandlerContext) {
        let stage = isAwaitingTLS ? SMTPStage.encryption : machine.stage
        settle(.failure(MailError(code, stage, message)), context)
    }

    /// The first outcome counts; the connection is of no more use then.
    private func settle(_ result: Result<SMTPReply, MailError>, _ context: ChannelHandlerContext) {
        guard let promise else { return }
        self.promise = nil
        deadline?.cancel()
        end?.cancel()
        promise.completeWith(result.mapError { $0 as any Error })
        context.close(promise: nil)
    }

    // MARK: Time

    /// Begins to wait for what the server does next.
    private func awaitServer(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = schedule(patience.reply, context)
    }

    private func schedule(_ time: Duration, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: TimeAmount(time)) {
            let (handler, context) = bound.value
            handler.fail(.timedOut, "the mail server does not answer in time", context)
        }
    }
}
