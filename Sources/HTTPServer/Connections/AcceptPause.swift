internal import Glibc
package import NIOCore

/// For the listening socket: when the process is out of descriptors, no connections are accepted for a moment.
///
/// Without it the socket stays readable and one core busy, and the error would end the framework's accepting for good.
package final class AcceptPause: ChannelDuplexHandler, Sendable {
    /// Accepted connections, which pass through.
    package typealias InboundIn = NIOAny
    /// Nothing is written to a listening socket.
    package typealias OutboundIn = Never

    private let limits: ConnectionLimits
    private let pause: TimeAmount

    /// Makes a handler.
    package init(_ limits: ConnectionLimits) {
        self.limits = limits
        self.pause = .milliseconds(500)
    }

    /// Errors of a single connection end here; no error of accepting is the listening socket's own.
    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard context.channel.isActive else { return context.fireErrorCaught(error) }
        guard let error = error as? IOError, Self.isShortage(error.errnoCode) else { return }
        let channel = context.channel
        guard (try? channel.syncOptions?.getOption(.autoRead)) == true else { return }
        limits.notePause("\(error)")
        channel.setOption(.autoRead, value: false).whenFailure { _ in }
        channel.eventLoop.scheduleTask(in: pause) {
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }

    private static func isShortage(_ code: CInt) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }
}
