import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A web server on a loopback port, as another site than the visitor's: pictures, and answers that must not get through.
final class SecondWebServer: Sendable {
    static let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0, 1, 2, 255]

    let port: Int
    private let asked: Asked
    private let task: Task<Void, any Error>

    private final class Asked: Sendable {
        let requests = Mutex<[(path: String, fields: HTTPFields)]>([])
    }

    init() async throws {
        let (ports, found) = AsyncStream<Int>.makeStream()
        let asked = Asked()
        let router = Router()
        router.get("**") { request, _ in
            asked.requests.withLock { $0.append((request.uri.path, request.headers)) }
            return Self.answer(request.uri.path)
        }
        var logger = Logger(label: "site")
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
        (port, self.asked) = (number, asked)
    }

    func stop() { task.cancel() }

    /// The header fields of each request for a path.
    func requests(for path: String) -> [HTTPFields] {
        asked.requests.withLock { $0.filter { $0.path == path }.map(\.fields) }
    }

    private static func answer(_ path: String) -> Response {
        switch path {
        case "/a.png": file("image/png; x=y", setCookie: "a=b; Path=/")
        case "/b.woff2": file("font/woff2")
        case "/page": file("text/html")
        case "/script": file("text/javascript")
        case "/bytes": file("application/octet-stream")
        case "/nothing": file("")
        case "/missing.png": Response(status: .notFound, headers: [.contentType: "image/png"])
        case "/large": flood(parts: 3 * 16, type: "image/png")
        case "/drip": Response(status: .ok, headers: [.contentType: "image/png"], body: drip)
        case "/moved": moved(to: "/a.png")
        case "/round": moved(to: "/round")
        case "/inside": moved(to: "http://10.0.0.1/a.png")
        case "/metadata": moved(to: "http://169.254.169.254/latest/meta-data/")
        case "/file": moved(to: "file:///etc/passwd")
        default: Response(status: .notFound)
        }
    }

    private static func file(_ type: String, setCookie cookie: String? = nil) -> Response {
        var headers: HTTPFields = type.isEmpty ? [:] : [.contentType: type]
        headers[.setCookie] = cookie
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: picture)))
    }

    private static func moved(to place: String) -> Response {
        Response(status: .found, headers: [.location: place])
    }

    private static func flood(parts: Int, type: String) -> Response {
        let body = ResponseBody { writer in
            for _ in 0..<parts { try await writer.write(ByteBuffer(repeating: 0, count: 64 * 1024)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: type], body: body)
    }

    /// A byte now and then, for ever.
    private static var drip: ResponseBody {
        ResponseBody { writer in
            while !Task.isCancelled {
                try await writer.write(ByteBuffer(bytes: [0]))
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
