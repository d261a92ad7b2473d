internal import Foundation
internal import NIOSSL
internal import WebSocketClient
internal import WireCodec

/// One connection to a session server: the wire's texts as ``SessionNews`` and ``SessionCommand``.
struct SessionConnection: Sendable {
    private let outgoing: AsyncStream<String>.Continuation
    private let texts: AsyncStream<String>

    private let server: String

    /// Makes a connection whose first frame is the server key, whatever is sent in the meantime.
    init(_ admission: Admission) {
        (texts, outgoing) = AsyncStream.makeStream()
        server = admission.server
        let bytes = JSONWriter.object { json in
            json.member("type", "connect")
            json.member("serverKey", admission.serverKey)
        }
        outgoing.yield(String(decoding: bytes, as: UTF8.self))
    }

    func send(_ command: SessionCommand) {
        outgoing.yield(command.json)
    }

    /// Closes the connection when everything before has been sent.
    func close() {
        outgoing.finish()
    }

    /// Connects and goes on until the connection is closed by either side.
    func run(tls: TLSConfiguration, _ receive: @escaping @Sendable (SessionNews) -> Void) async throws {
        let client = try await SessionClient(url: server, tls: tls)
        try await client.run(sending: texts) { text in
            if let news = SessionNews(json: text) { receive(news) }
        }
    }
}

extension SessionCommand {
    fileprivate var json: String {
        let bytes = JSONWriter.object { json in
            switch self {
            case .message(let text):
                json.member("type", "message")
                json.member("text", text)
            case .leave: json.member("type", "leave")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SessionNews {
    /// Reads what the session server sends; `nil` for what does not matter here.
    fileprivate init?(json: String) {
        var fields = FieldSet()
        guard (try? fields.add(json: Array(json.utf8))) != nil else { return nil }
        switch fields["type"] {
        case "connected": self = .connected(isActive: fields["status"] == "A", other: fields.nonEmpty("other"))
        case "consentPending": self = .consentPending
        case "active": self = .active(visitor: fields["visitor"] ?? "")
        case "arrived": self = .arrived(fields["name"] ?? "")
        case "away": self = .away
        case "left": self = .left
        case "message": self = .message(name: fields["name"] ?? "", text: fields["text"] ?? "")
        case "ended": self = .ended(fields["status"] ?? "")
        case "refused": self = .refused(fields["reason"] ?? "")
        default: return nil
        }
    }
}
