import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server that says what a test wants it to, on a real socket of this machine.
final class ScriptedServer: Sendable {
    /// What it says.
    struct Script: Sendable {
        /// The first line; `nil` to say nothing.
        var greeting: String? = "220 mail.example ESMTP\r\n"
        /// Answers by the beginning of the line that they answer, in place of the usual ones; `nil` for none, and an empty
        /// one to close the connection.
        var answers: [String: String?] = [:]
        /// With which certificate it speaks TLS; `nil` for not at all.
        var identity: NIOSSLContext?
        /// Whether TLS comes first.
        var isSecureFromStart = false
    }

    private let heard = Transcript()
    private let channel: any Channel

    /// Everything that it was sent, a line each, over all connections; what came behind TLS begins with `TLS `.
    var lines: [String] { heard.lines.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }
    /// The first words of the lines outside the mail.
    var commands: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            let commands = ["EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
            guard let word = words.first(where: { $0 != "TLS" }), commands.contains(word) else { return nil }
            return words.first == "TLS" ? "TLS \(word)" : word
        }
    }

    init(_ script: Script = Script()) async throws {
        let heard = heard
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if script.isSecureFromStart, let identity = script.identity {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity))
                    }
                    try channel.pipeline.syncOperations.addHandler(Conversation(script, heard))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// Waits until it was sent a command; a minute at most.
    func hears(_ command: String) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !commands.contains(command) {
            guard ContinuousClock.now < end else { throw Silence() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until it has a connection; a minute at most.
    func isReached() async throws {
        let end = ContinuousClock.now + .seconds(60)
        while heard.connections.withLock({ $0 }) == 0 {
            guard ContinuousClock.now < end else { throw Silence() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private struct Silence: Error {}

    deinit { channel.close(promise: nil) }

    private final class Transcript: Sendable {
        let lines = Mutex<[String]>([])
        let connections = Mutex(0)
    }

    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private let heard: Transcript
        private var rest = ""
        private var isInMail = false
        private var isSecure: Bool

        init(_ script: Script, _ heard: Transcript) {
            self.script = script
            self.heard = heard
            self.isSecure = script.isSecureFromStart
        }

        func channelActive(context: ChannelHandlerContext) {
            heard.connections.withLock { $0 += 1 }
            if let greeting = script.greeting { say(greeting, context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            rest += String(buffer: unwrapInboundIn(data))
            while let end = rest.firstRange(of: "\r\n") {
                let line = String(rest[..<end.lowerBound])
                rest = String(rest[end.upperBound...])
                take(line, context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func take(_ line: String, _ context: ChannelHandlerContext) {
            let place = isSecure ? "TLS " : ""
            heard.lines.withLock { $0.append(place + line) }
            if isInMail, line != "." { return }
            isInMail = false
            let own = script.answers.first { line.hasPrefix($0.key) }
            if let own {
                guard let answer = own.value else { return }
                guard !answer.isEmpty else { return context.close(promise: nil) }
                return say(answer, context)
            }
            switch line.prefix(4) {
            case "EHLO":
                say("250-mail.example\r\n250-SIZE 10000000\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN\r\n", context)
            case "STAR": beginTLS(context)
            case "AUTH": say("235 2.7.0 signed in\r\n", context)
            case "DATA":
                isInMail = true
                say("354 go on\r\n", context)
            case "QUIT":
                say("221 bye\r\n", context)
                context.close(promise: nil)
            default: say("250 2.0.0 ok\r\n", context)
            }
        }

        private func beginTLS(_ context: ChannelHandlerContext) {
            say("220 go on\r\n", context)
            guard let identity = script.identity else { return context.close(promise: nil) }
            isSecure = true
            try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity), position: .first)
        }

        private func say(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
