internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import ServerApp
internal import WireCodec
internal import WireProtocol

/// As much of a browser as the walkthrough needs: it follows nothing by itself and runs no scripts.
struct WalkthroughBrowser {
    let baseURL: String

    private static let maximumByteCount = 1 << 20

    /// An answer, with its body as text.
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        func header(_ name: String) -> String {
            headers.first(name: name) ?? ""
        }

        /// The value of an attribute of the element that has `mark` in it, in whatever order they stand.
        func attribute(_ name: String, after mark: String) throws -> String {
            guard let found = text.range(of: mark) else { throw missing(mark) }
            let start = text[..<found.lowerBound].lastIndex(of: "<") ?? text.startIndex
            let end = text[found.upperBound...].firstIndex(of: ">") ?? text.endIndex
            let element = text[start..<end]
            guard let value = element.range(of: " \(name)=\""),
                let quote = element[value.upperBound...].firstIndex(of: "\"")
            else { throw missing(name) }
            return String(element[value.upperBound..<quote])
        }

        /// The text of the element that has `mark` in it.
        func content(after mark: String) throws -> String {
            guard let found = text.range(of: mark), let start = text[found.upperBound...].firstIndex(of: ">"),
                let end = text[start...].firstIndex(of: "<")
            else { throw missing(mark) }
            return String(text[text.index(after: start)..<end])
        }

        /// A text or number in a JSON object.
        func member(_ name: String) throws -> String {
            var fields = FieldSet()
            try fields.add(json: Array(text.utf8), only: [name.lowercased()])
            guard let value = fields[name.lowercased()] else { throw missing(name) }
            return value
        }

        /// A way into a session.
        func admission() throws -> SessionAdmission {
            guard let admission = SessionAdmission(json: Array(text.utf8)) else { throw missing("way into a session") }
            return admission
        }

        private func missing(_ what: String) -> CommandFailure {
            CommandFailure("the answer (status \(status)) has no \(what)")
        }
    }

    func get(_ path: String, token: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return try await execute(request, expecting: 200)
    }

    func post(_ path: String, form: [(String, String)], expecting status: Int = 200) async throws -> Answer {
        let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        return try await post(path, body: body, expecting: status)
    }

    /// Posts a form that is encoded already.
    func post(_ path: String, body: String, expecting status: Int = 200) async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "sec-fetch-site", value: "same-origin")
        request.body = .bytes(ByteBuffer(string: body))
        return try await execute(request, expecting: status)
    }

    func postJSON(
        _ path: String,
        _ members: [String: String],
        token: String? = nil,
        correlationID: String? = nil,
        expecting status: Int = 200
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let correlationID { request.headers.add(name: "x-correlation-id", value: correlationID) }
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(members)))
        return try await execute(request, expecting: status)
    }

    private func execute(_ request: HTTPClientRequest, expecting status: Int) async throws -> Answer {
        let response = try await Self.client.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: Self.maximumByteCount)
        let answer = Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: body))
        guard answer.status == status else {
            throw UnexpectedAnswer(
                status: answer.status,
                description:
                    "\(request.method) \(request.url) was answered \(answer.status): \(answer.text.prefix(300))"
            )
        }
        return answer
    }

    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// As many connections as are asked for; a server that is not there is an error at once.
    private static let configuration = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }()
}

/// A server has given another answer than the one that was expected.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    /// The answer's status.
    let status: Int
    /// In a sentence, with the beginning of the answer.
    let description: String
}
