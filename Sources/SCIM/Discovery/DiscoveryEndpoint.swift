internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes`: what a client can learn before it has a token (RFC 7644
/// section 4).
struct DiscoveryEndpoint: Sendable {
    let links: ResourceLinks
    /// The names of the group's roles, for a caller who is known; `nil` for all others.
    let roles: [String]?

    /// What of SCIM is offered.
    var configuration: JSONObject {
        [
            "schemas": [.string(URN.serviceProviderConfig)],
            "patch": ["supported": true],
            "bulk": [
                "supported": true, "maxOperations": .number("\(BulkRequest.maximumOperationCount)"),
                "maxPayloadSize": .number("\(BulkRequest.maximumByteCount)"),
            ],
            "filter": ["supported": true, "maxResults": .number("\(ListQuery.maximumCount)")],
            "changePassword": ["supported": true],
            "sort": ["supported": false],
            "etag": ["supported": true],
            "authenticationSchemes": [
                [
                    "type": "oauthbearertoken", "name": "OAuth Bearer Token",
                    "description": "The access token of an administrator, in the Authorization header",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750", "primary": true,
                ]
            ],
            "meta": [
                "resourceType": "ServiceProviderConfig", "location": .string(links.url("/ServiceProviderConfig")),
            ],
        ]
    }

    /// What every kind of resource consists of.
    var schemas: ListAnswer {
        let schemas = allSchemas.map { $0.object(links) }
        return ListAnswer(total: schemas.count, startIndex: 1, resources: schemas)
    }

    /// The schema of a URN.
    func schema(_ id: String) throws(SCIMError) -> JSONObject {
        guard let schema = allSchemas.first(where: { $0.id.matches(id) }) else { throw .notFound }
        return schema.object(links)
    }

    /// The kinds of resources.
    var resourceTypes: ListAnswer {
        let types = [type(of: .user, "/Users"), type(of: .group, "/Groups")]
        return ListAnswer(total: types.count, startIndex: 1, resources: types)
    }

    /// The kind of a name.
    func resourceType(_ name: String) throws(SCIMError) -> JSONObject {
        guard let type = resourceTypes.resources.first(where: { $0["id"]?.text?.matches(name) == true }) else {
            throw .notFound
        }
        return type
    }

    private var allSchemas: [ResourceSchema] {
        [roles.map(ResourceSchema.user.naming) ?? .user, .group, .serviceProviderConfig, .resourceType, .schema]
    }

    private func type(of schema: ResourceSchema, _ endpoint: String) -> JSONObject {
        [
            "schemas": [.string(URN.resourceType)], "id": .string(schema.name), "name": .string(schema.name),
            "description": .string(schema.summary), "endpoint": .string(endpoint), "schema": .string(schema.id),
            "schemaExtensions": [],
            "meta": [
                "resourceType": "ResourceType", "location": .string(links.url("/ResourceTypes/\(schema.name)")),
            ],
        ]
    }
}
