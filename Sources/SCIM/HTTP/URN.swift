internal import WireCodec

/// The names of schemas and messages (RFC 7643 section 10.3, RFC 7644 section 8.2).
enum URN {
    static let user = "urn:ietf:params:scim:schemas:core:2.0:User"
    static let group = "urn:ietf:params:scim:schemas:core:2.0:Group"
    static let serviceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
    static let resourceType = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
    static let schema = "urn:ietf:params:scim:schemas:core:2.0:Schema"
    static let listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
    static let searchRequest = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
    static let patchOperation = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    static let bulkRequest = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
    static let bulkResponse = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
    static let error = "urn:ietf:params:scim:api:messages:2.0:Error"
}

extension JSONObject {
    /// Checks that a body is of a schema; one that names none is taken for it.
    ///
    /// - Throws: ``SCIMError/invalidSyntax(_:)``.
    func requireSchema(_ urn: String) throws(SCIMError) {
        guard let schemas = assigned("schemas") else { return }
        guard schemas.elements?.contains(where: { $0.text?.matches(urn) == true }) == true else {
            throw .invalidSyntax("schemas has to hold \(urn)")
        }
    }
}
