import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Requests as the tests write them; redirects are not followed.
enum HTTP {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String

        func header(_ name: String) -> String? { headers.first(name: name) }

        /// A member of a JSON object.
        func member(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            return object?[name].map { "\($0)" }
        }
    }

    /// A server that was killed is asked again at once when it is back: after refused connections the pool would wait
    /// longer and longer before it tries again.
    private static let client = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    static func send(
        _ method: HTTPMethod,
        _ url: String,
        headers: [String: String] = [:],
        body: [UInt8]? = nil,
        within timeout: TimeAmount = .seconds(30)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers {
            request.headers.add(name: name, value: value)
        }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: timeout)
        let buffer = try await response.body.collect(upTo: 1 << 22)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: buffer))
    }

    static func postJSON(_ url: String, _ json: String, headers: [String: String] = [:]) async throws -> Answer {
        let headers = headers.merging(["content-type": "application/json"]) { old, _ in old }
        return try await send(.POST, url, headers: headers, body: Array(json.utf8))
    }

    static func postForm(_ url: String, _ form: String, headers: [String: String] = [:]) async throws -> Answer {
        let headers = headers.merging(["content-type": "application/x-www-form-urlencoded"]) { old, _ in old }
        return try await send(.POST, url, headers: headers, body: Array(form.utf8))
    }
}
