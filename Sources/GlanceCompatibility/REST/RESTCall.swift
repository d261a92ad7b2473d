internal import Accounts
internal import Authentication
internal import FoundationEssentials
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec

/// One request of an administrator who is signed in.
struct RESTCall: Sendable {
    /// The most bytes a body may have.
    static let maximumBodyBytes = 256 * 1024

    let request: Request
    let context: WebContext
    let administration: AdministrationContext

    /// The administrator's group: no request sees another.
    var partnerID: PartnerID { administration.partnerID }

    /// The number that a part of the path names.
    ///
    /// - Throws: ``AnswerError/notFound`` for what cannot be an id.
    func id(_ name: String) throws(AnswerError) -> Int64 {
        guard let text = context.parameters.get(name),
            let number = WholeNumber.read(text, in: 1...WholeNumber.maximum)
        else { throw .notFound }
        return number
    }

    /// Checks the header `If-Match`, where there is one, against the versions that are there, one of which will do
    /// (RFC 9110 section 13.1.1).
    ///
    /// - Throws: ``AnswerError/preconditionFailed``.
    func require(_ versions: [String]) throws(AnswerError) {
        guard let tags = EntityTags(request.headers[.ifMatch]) else { return }
        guard versions.contains(where: tags.contains) else { throw .preconditionFailed }
    }

    /// The parameters of the query.
    func query() throws(AnswerError) -> FieldSet {
        do {
            var fields = FieldSet()
            try fields.add(query: request.uri.query ?? "")
            return fields
        } catch {
            throw .badRequest("The query cannot be read, or a parameter stands there twice.")
        }
    }

    /// The body as JSON of a form.
    ///
    /// - Throws: ``AnswerError/tooLarge``, or ``AnswerError/badRequest(_:)`` naming the place.
    func body<Value: Decodable>(_ type: Value.Type) async throws(AnswerError) -> Value {
        guard let collected = try? await request.body.collect(upTo: Self.maximumBodyBytes) else { throw .tooLarge }
        return try JSONBody.read(type, Array(collected.readableBytesView))
    }
}
