internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Hands mails to one mail server, each on a connection of its own.
package struct MailClient: Sendable {
    /// The server.
    package let server: MailServer
    private let hello: String
    private let patience: SMTPHandler.Patience

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - host: What we call ourselves: the host of the public URL, a name or an address.
    package init(server: MailServer, as host: String) {
        self.init(server: server, as: host, patience: SMTPHandler.Patience())
    }

    init(server: MailServer, as host: String, patience: SMTPHandler.Patience) {
        self.server = server
        self.hello = Self.hello(host)
        self.patience = patience
    }

    /// Hands a mail over.
    ///
    /// - Returns: What the server has said when it took the mail.
    /// - Throws: ``MailError``. Where the connection ends behind the mail's last byte, nobody knows whether the mail was taken.
    @discardableResult
    package func send(_ message: MailMessage) async throws(MailError) -> SMTPReply {
        let connection: Connection
        do {
            connection = try await connect(message)
        } catch let error as MailError {
            throw error
        } catch {
            let place = "\(server.host) at port \(server.port)"
            throw MailError(.unreachable, .connection, "the mail server \(place) is not reached: \(Self.cause(error))")
        }
        do {
            return try await withTaskCancellationHandler {
                try await connection.outcome.get()
            } onCancel: {
                connection.channel.close(promise: nil)
            }
        } catch let error as MailError {
            throw error
        } catch {
            throw MailError(.closed, .connection, "the connection to the mail server has failed: \(error)")
        }
    }

    private struct Connection: Sendable {
        let channel: any Channel
        let outcome: EventLoopFuture<SMTPReply>
    }

    private func connect(_ message: MailMessage) async throws -> Connection {
        let context: NIOSSLContext
        do {
            context = try NIOSSLContext(configuration: server.tls)
        } catch {
            throw MailError(.insecure, .encryption, "TLS cannot be set up: \(error)")
        }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(10))
        return try await bootstrap.connect(host: server.host, port: server.port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let promise = channel.eventLoop.makePromise(of: SMTPReply.self)
                do {
                    try configure(channel, message, context, promise)
                } catch {
                    promise.fail(error)
                    throw error
                }
                return Connection(channel: channel, outcome: promise.futureResult)
            }
        }
    }

    private func configure(
        _ channel: any Channel,
        _ message: MailMessage,
        _ context: NIOSSLContext,
        _ promise: EventLoopPromise<SMTPReply>
    ) throws {
        let name = server.certificateName
        let makeTLS = { try NIOSSLClientHandler(context: context, serverHostname: name) }
        let isSecure = server.security == .tls
        if isSecure { try channel.pipeline.syncOperations.addHandler(try makeTLS()) }
        let handler = SMTPHandler(
            SMTPStateMachine(message, to: server, hello: hello),
            isSecureFromStart: isSecure,
            patience: patience,
            promise: promise,
            makeTLS: makeTLS
        )
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func hello(_ host: String) -> String {
        let isAddress =
            host.contains(":") || host.utf8.allSatisfy { SMTPReplyReader.isDigit($0) || $0 == UInt8(ascii: ".") }
        guard !isAddress else { return host.contains(":") ? "[IPv6:\(host)]" : "[\(host)]" }
        return MailDomain.isName(host) ? host : "localhost"
    }

    private static func cause(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if error.connectionErrors.isEmpty { return "its name is not known" }
        let causes = Set(error.connectionErrors.map { "\($0.error)" })
        return causes.sorted().joined(separator: "; ")
    }
}
