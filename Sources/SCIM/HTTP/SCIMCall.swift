internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// A request on resources whose sender is known.
struct SCIMCall: Sendable {
    /// Who asks.
    let administration: AdministrationContext
    /// What of the resources is shown.
    let selection: AttributeSelection
    /// The version that is to be changed.
    let condition: VersionCondition
    /// The versions that the caller has already.
    let known: EntityTags?
    private let fields: FieldSet
    private let body: [UInt8]

    init(_ request: Request, administration: AdministrationContext, body: [UInt8]) throws(SCIMError) {
        self.administration = administration
        self.fields = try Self.fields(of: request)
        self.selection = try AttributeSelection(fields)
        self.condition = VersionCondition(tags: EntityTags(request.headers[.ifMatch]))
        self.known = EntityTags(request.headers[.ifNoneMatch])
        self.body = body
    }

    /// What is listed.
    var query: ListQuery {
        get throws(SCIMError) { try ListQuery(fields, selection) }
    }

    /// What a search asks for: the same parameters as members of the body (RFC 7644 section 3.4.3).
    var search: ListQuery {
        get throws(SCIMError) {
            let fields = try document.searchFields
            return try ListQuery(fields, AttributeSelection(fields))
        }
    }

    /// The body as a resource or a message.
    var document: JSONObject {
        get throws(SCIMError) { try Self.document(of: body) }
    }

    /// The known parameters of a request's query; `+` stands for a blank, as Entra ID sends its filters.
    ///
    /// Unknown parameters are ignored, whatever they look like.
    ///
    /// - Throws: ``SCIMError/invalidSyntax(_:)``.
    static func fields(of request: Request) throws(SCIMError) -> FieldSet {
        var fields = FieldSet()
        let query = request.uri.query ?? ""
        // What writes blanks as %20 has not written them as +.
        let plusIsSpace = !query.contains("%20")
        for pair in query.split(separator: "&") where known(pair) {
            do {
                try fields.add(query: pair, plusIsSpace: plusIsSpace)
            } catch {
                throw .invalidSyntax("The query has each parameter once, percent-encoded.")
            }
        }
        return fields
    }

    private static let parameters = [
        "filter", "startIndex", "count", "sortBy", "sortOrder", "attributes", "excludedAttributes",
    ]

    private static func known(_ pair: Substring) -> Bool {
        let name = pair.prefix { $0 != "=" }
        guard let name = try? PercentEncoding.decode(Array(name.utf8)[...], plusIsSpace: true) else { return false }
        return parameters.contains { $0.matches(name) }
    }

    /// Reads a body, whatever type it says it has.
    ///
    /// - Throws: ``SCIMError/invalidSyntax(_:)``.
    static func document(of bytes: [UInt8]) throws(SCIMError) -> JSONObject {
        guard let value = try? JSONReader.value(of: bytes), let object = value.object else {
            throw .invalidSyntax("The body is one JSON object, each name once and not nested too deep.")
        }
        return object
    }
}

extension JSONObject {
    /// The members of a search as the parameters that a query would have.
    fileprivate var searchFields: FieldSet {
        get throws(SCIMError) {
            try requireSchema(URN.searchRequest)
            var fields = FieldSet()
            for member in members where member.value != .null {
                let text: String? =
                    switch member.value {
                    case .string(let text), .number(let text): text
                    case .array(let names): names.compactMap(\.text).joined(separator: ",")
                    case .null, .bool, .object: nil
                    }
                guard let text, (try? fields.add(name: member.name, value: text)) != nil else {
                    throw .invalidSyntax("\(member.name) is not as a search has it")
                }
            }
            return fields
        }
    }
}
