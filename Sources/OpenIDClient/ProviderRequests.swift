internal import AsyncHTTPClient
internal import Authentication
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Requests to identity providers: bounded in size and time, without redirects, by TLS except on this machine.
struct ProviderRequests: Sendable {
    /// The most bytes an answer may have.
    static let maximumByteCount = 64 * 1024

    /// An answer in whole.
    struct Answer: Sendable {
        let status: HTTPResponseStatus
        let body: [UInt8]
    }

    /// One for the process: it lasts as long, also where a server does not come to run.
    private static let client = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// How long an answer may take, from the first byte to the last.
    let patience: Duration

    /// Asks for a document.
    func get(_ url: String, certificates: String) async throws(ProviderCallError) -> [UInt8] {
        let answer = try await send(HTTPClientRequest(url: url), certificates)
        guard answer.status == .ok else { throw .unavailable("\(url) answers \(answer.status.code)") }
        return answer.body
    }

    /// Posts a form.
    func post(
        _ form: String,
        to url: String,
        authorization: String?,
        certificates: String
    ) async throws(ProviderCallError) -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request, certificates)
    }

    private func send(_ request: HTTPClientRequest, _ certificates: String) async throws(ProviderCallError) -> Answer {
        var request = request
        request.headers.add(name: "accept", value: "application/json")
        if !certificates.isEmpty { request.tlsConfiguration = try Self.tls(certificates) }
        do {
            return try await answer(to: request)
        } catch let error as ProviderCallError {
            throw error
        } catch {
            throw .unavailable("\(request.url) does not answer: \(error)")
        }
    }

    /// The answer, if all of it comes in time.
    private func answer(to request: HTTPClientRequest) async throws -> Answer {
        let patience = patience
        return try await withThrowingTaskGroup(of: Answer.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                let response = try await Self.client.execute(request, timeout: .nanoseconds(patience.nanoseconds))
                let body = try await response.body.collect(upTo: Self.maximumByteCount)
                return Answer(status: response.status, body: Array(body.readableBytesView))
            }
            tasks.addTask {
                try await Task.sleep(for: patience)
                throw ProviderCallError.unavailable("\(request.url) does not answer within \(patience)")
            }
            guard let first = try await tasks.next() else { throw CancellationError() }
            return first
        }
    }

    /// Trusts the given certificates and no others.
    static func tls(_ certificates: String) throws(ProviderCallError) -> TLSConfiguration {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificates.utf8)))
            return configuration
        } catch {
            throw .unavailable("the certificates of the provider's authority cannot be read")
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
