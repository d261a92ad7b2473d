import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import LoginKey
import NIOCore
import Synchronization

/// An identity provider on a loopback port whose every answer can be made wrong.
final class LocalProvider: Sendable {
    /// What it answers, and with which key it signs.
    struct Conduct: Sendable {
        var key = Curve25519.Signing.PrivateKey()
        var kid = "k1"
        /// Header and payload of the next ID token.
        var header = #"{"alg":"EdDSA","kid":"k1","typ":"JWT"}"#
        var payload = ""
        var status = HTTPResponse.Status.ok
        /// Takes the place of an answer, by path.
        var instead: [String: Instead] = [:]
        /// What the discovery document has beside or in place of the usual.
        var discovery: [String: String] = [:]
    }

    enum Instead: Sendable {
        case text(String)
        case status(HTTPResponse.Status, String)
        case redirect(String)
        /// So many bytes, without a length.
        case flood(Int)
        /// A byte now and then, for ever.
        case drip
        /// Nothing, for as long as nobody gives up.
        case silence
    }

    let port: Int
    let issuer: String
    private let conduct = Mutex(Conduct())
    private let asked = Mutex<[(path: String, fields: [String: String], authorization: String?)]>([])
    private let task: Task<Void, any Error>

    init() async throws {
        let (ports, found) = AsyncStream<Int>.makeStream()
        let router = Router()
        let relay = Relay()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in try await relay.answer(request) }
        }
        var logger = Logger(label: "provider")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        task = Task { try await application.run() }
        var number = 0
        for await port in ports {
            number = port
            break
        }
        port = number
        issuer = "http://127.0.0.1:\(number)"
        relay.provider.withLock { $0 = self }
    }

    func stop() {
        task.cancel()
    }

    func change(_ body: (inout Conduct) -> Void) {
        conduct.withLock { body(&$0) }
    }

    /// How often a path was asked for.
    func count(of path: String) -> Int { asked.withLock { $0.count { $0.path == path } } }

    /// The form and the header field of the last request for a token.
    var lastExchange: (fields: [String: String], authorization: String?)? {
        asked.withLock { $0.last { $0.path == "/token" } }.map { ($0.fields, $0.authorization) }
    }

    var keySet: String {
        let conduct = conduct.withLock { $0 }
        let x = Self.base64URL(Array(conduct.key.publicKey.rawRepresentation))
        return #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"\#(conduct.kid)","use":"sig","x":"\#(x)"}]}"#
    }

    /// The token that it would answer with.
    func token() throws -> String {
        let conduct = conduct.withLock { $0 }
        let signed = [conduct.header, conduct.payload].map { Self.base64URL(Array($0.utf8)) }.joined(separator: ".")
        return signed + "." + Self.base64URL(Array(try conduct.key.signature(for: Data(signed.utf8))))
    }

    static func base64URL(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes.span), as: UTF8.self) }

    private final class Relay: Sendable {
        let provider = Mutex<LocalProvider?>(nil)

        func answer(_ request: Request) async throws -> Response {
            guard let provider = provider.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
            return try await provider.answer(request)
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let path = request.uri.path
        let body = try await request.body.collect(upTo: 1 << 16)
        note(path, String(buffer: body), request.headers[.authorization])
        let conduct = conduct.withLock { $0 }
        if let instead = conduct.instead[path] { return await Self.response(instead) }
        switch path {
        case "/.well-known/openid-configuration": return Self.json(discovery(conduct))
        case "/keys": return Self.json(keySet)
        case "/token":
            let token = try token()
            return Self.json(#"{"access_token":"x","token_type":"Bearer","id_token":"\#(token)"}"#, conduct.status)
        default: return Response(status: .notFound)
        }
    }

    private func note(_ path: String, _ form: String, _ authorization: String?) {
        let pairs = form.split(separator: "&")
            .compactMap { pair -> (String, String)? in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return parts.count == 2 ? (parts[0], parts[1].removingPercentEncoding ?? "") : nil
            }
        asked.withLock { $0.append((path, Dictionary(pairs) { first, _ in first }, authorization)) }
    }

    private func discovery(_ conduct: Conduct) -> String {
        let usual = [
            "issuer": "\"\(issuer)\"", "authorization_endpoint": "\"\(issuer)/authorize\"",
            "token_endpoint": "\"\(issuer)/token\"", "jwks_uri": "\"\(issuer)/keys\"",
        ]
        let members = usual.merging(conduct.discovery) { _, newer in newer }.filter { !$0.value.isEmpty }
        return "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    private static func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }

    private static func response(_ instead: Instead) async -> Response {
        switch instead {
        case .text(let text): return json(text)
        case .status(let status, let text): return json(text, status)
        case .redirect(let location): return Response(status: .found, headers: [.location: location])
        case .flood(let count): return stream(chunk: 1 << 15, chunks: count >> 15, pause: nil)
        case .drip: return stream(chunk: 1, chunks: 10_000, pause: .milliseconds(20))
        case .silence:
            try? await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
    }

    private static func stream(chunk: Int, chunks: Int, pause: Duration?) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                for _ in 0..<chunks {
                    if let pause { try await Task.sleep(for: pause) }
                    try await writer.write(ByteBuffer(repeating: 0x20, count: chunk))
                }
                try await writer.finish(nil)
            }
        )
    }
}
