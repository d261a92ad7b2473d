internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// One resource as it is answered.
struct ResourceAnswer: Sendable {
    /// The whole resource.
    let object: JSONObject
    /// Where it is.
    let location: String
    /// Its version; `nil` where not all of it was read.
    let version: String?

    /// The answer with what the caller has selected of it.
    func response(_ selection: AttributeSelection, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response.scim(.object(selection.apply(to: object)), status: status)
        if status == .created { response.headers[.location] = location }
        response.headers[.eTag] = version
        return response
    }

    /// The answer to somebody who may have this version already.
    func response(_ selection: AttributeSelection, unless known: EntityTags?) -> Response {
        guard let version, known?.contains(version) == true else { return response(selection) }
        return Response(status: .notModified, headers: [.eTag: version])
    }
}

/// A part of the resources that fit a query (RFC 7644 section 3.4.2).
struct ListAnswer: Sendable {
    /// How many fit in all.
    let total: Int
    /// The position of the first one that is listed, from 1.
    let startIndex: Int
    /// The resources themselves.
    let resources: [JSONObject]

    /// The answer as a message of its own.
    var document: JSONValue {
        [
            "schemas": [.string(URN.listResponse)], "totalResults": .number("\(total)"),
            "startIndex": .number("\(startIndex)"), "itemsPerPage": .number("\(resources.count)"),
            "Resources": .array(resources.map(JSONValue.object)),
        ]
    }
}
