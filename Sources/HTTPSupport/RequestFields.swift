package import HTTPTypes
package import Hummingbird
package import WireModels

extension Request {
    /// The most bytes a body with parameters may have.
    package static let maximumFieldBytes = 32 * 1024

    /// Reads the parameters of query and body together, each name once.
    ///
    /// - Throws: ``AnswerError/tooLarge``; the result holds what is wrong with the parameters themselves.
    package func fields() async throws -> Result<FieldSet, FieldError> {
        guard let collected = try? await body.collect(upTo: Self.maximumFieldBytes) else {
            throw AnswerError.tooLarge
        }
        let bytes = Array(collected.readableBytesView)
        return Result { () throws(FieldError) in try FieldSet(head: head, body: bytes) }
    }
}

extension FieldSet {
    /// Reads the parameters of a request's query and body.
    ///
    /// The body is read as JSON if it says so or begins with `{`, and as a form otherwise.
    package init(head: HTTPRequest, body: [UInt8]) throws(FieldError) {
        self.init()
        if let path = head.path, let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) {
            try add(query: path[path.utf8.index(after: mark)...])
        }
        guard !body.isEmpty else { return }
        if head.hasJSON(body) {
            try add(json: body)
        } else {
            try add(form: body)
        }
    }
}

extension HTTPRequest {
    /// Whether the head says that the body is JSON.
    package var saysJSON: Bool {
        headerFields[.contentType]?.lowercased().hasPrefix("application/json") ?? false
    }

    /// Whether the body is JSON: it says so or begins with `{`.
    package func hasJSON(_ body: [UInt8]) -> Bool {
        saysJSON || body.first == UInt8(ascii: "{")
    }
}
