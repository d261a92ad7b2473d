package import HTTPTypes
package import Hummingbird
package import WireCodec

extension Request {
    /// The most bytes a body with parameters may have.
    package static let maximumFieldBytes = 32 * 1024

    /// Reads the parameters of query and body together, each name once.
    ///
    /// - Parameter limit: The most bytes that the body may have.
    /// - Returns: The parameters, or what is wrong with them.
    /// - Throws: ``AnswerError/tooLarge``.
    package func fields(limit: Int = maximumFieldBytes) async throws -> Result<FieldSet, FieldError> {
        guard let collected = try? await body.collect(upTo: limit) else {
            throw AnswerError.tooLarge
        }
        let bytes = Array(collected.readableBytesView)
        return Result { () throws(FieldError) in try FieldSet(head: head, body: bytes) }
    }

    /// Which of those parameters were in the query, as far as it can be read.
    package var fieldsInURL: FieldSet {
        var fields = FieldSet()
        try? fields.add(query: uri.query ?? "")
        return fields
    }
}

extension FieldSet {
    /// Reads the parameters of a request's query and body.
    ///
    /// The body is read as JSON if it says so or begins with `{`, and as a form otherwise.
    package init(head: HTTPRequest, body: [UInt8]) throws(FieldError) {
        try self.init(target: head.path ?? "", contentType: head.headerFields[.contentType], body: body)
    }

    /// The same for the parts of a head that matter.
    package init(target: String, contentType: String?, body: [UInt8]) throws(FieldError) {
        self.init()
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            try add(query: target[target.utf8.index(after: mark)...])
        }
        guard !body.isEmpty else { return }
        if BodyForm.isJSON(body, contentType: contentType) {
            try add(json: body)
        } else {
            try add(form: body)
        }
    }
}

/// Which form a body has.
private enum BodyForm {
    static func saysJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        return contentType.hasPrefix("application/json") || contentType.lowercased().hasPrefix("application/json")
    }

    static func isJSON(_ body: [UInt8], contentType: String?) -> Bool {
        body.first == UInt8(ascii: "{") || saysJSON(contentType)
    }
}

extension HTTPRequest {
    /// Whether the head says that the body is JSON.
    package var saysJSON: Bool { BodyForm.saysJSON(headerFields[.contentType]) }

    /// Whether the body is JSON: it says so or begins with `{`.
    package func hasJSON(_ body: [UInt8]) -> Bool {
        BodyForm.isJSON(body, contentType: headerFields[.contentType])
    }
}
