import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A web server of somebody else: serves one page and remembers what it was asked.
final class PageServer: Sendable {
    let port: Int
    private let html: Mutex<String>
    private let seen = Mutex<[String]>([])
    private let task: Mutex<Task<Void, any Error>?>

    init() async throws {
        port = try await ServerProcess.freePort()
        html = Mutex("")
        task = Mutex(nil)
    }

    /// What was asked: method, path, query and all headers of each request.
    var requests: [String] { seen.withLock { $0 } }

    func show(_ body: String) {
        html.withLock { $0 = "<!doctype html><meta charset=utf-8><title>elsewhere</title>" + body }
    }

    func start() async throws {
        let router = Router()
        @Sendable func answer(_ request: Request) -> Response {
            seen.withLock { $0.append("\(request.method) \(request.uri) \(request.headers)") }
            let body = html.withLock { $0 }
            return Response(
                status: .ok,
                headers: [.contentType: "text/html"],
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }
        router.get("/") { request, _ in answer(request) }
        router.get("**") { request, _ in answer(request) }
        var logger = Logger(label: "elsewhere")
        logger.logLevel = .critical
        let (running, continuation) = AsyncStream<Void>.makeStream()
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in continuation.yield() },
            logger: logger
        )
        task.withLock { $0 = Task { try await application.run() } }
        for await _ in running { break }
    }

    func stop() {
        task.withLock { $0?.cancel() }
    }
}
