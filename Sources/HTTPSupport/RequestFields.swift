internal import HTTPTypes
package import Hummingbird
package import WireModels

extension Request {
    /// The most bytes a body with parameters may have.
    package static let maximumFieldBytes = 32 * 1024

    /// Reads the parameters of query and body together, each name once.
    ///
    /// The body is read as JSON if it says so or begins with `{`, and as a form otherwise.
    ///
    /// - Throws: ``AnswerError/tooLarge``; the result holds what is wrong with the parameters themselves.
    package func fields() async throws -> Result<FieldSet, FieldError> {
        guard let collected = try? await body.collect(upTo: Self.maximumFieldBytes) else {
            throw AnswerError.tooLarge
        }
        let bytes = Array(collected.readableBytesView)
        return Result { () throws(FieldError) in
            var fields = FieldSet()
            if let query = uri.query { try fields.add(query: query) }
            guard !bytes.isEmpty else { return fields }
            if isJSON || bytes.first == UInt8(ascii: "{") {
                try fields.add(json: bytes)
            } else {
                try fields.add(form: bytes)
            }
            return fields
        }
    }

    private var isJSON: Bool {
        headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
    }
}
