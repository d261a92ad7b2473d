package import Accounts
package import Authentication
package import HTTPTypes
package import Hummingbird
internal import LoginKey
internal import WireModels

/// Lets pages of a group's listed origins call a service, and no others (Fetch standard, "CORS protocol").
package struct CrossOrigin: Sendable {
    private let ownOrigins: Set<Origin>
    private let methods: String

    package init(ownOrigins: Set<Origin>, methods: String = "POST") {
        self.ownOrigins = ownOrigins
        self.methods = methods
    }

    /// Answers a browser that asks whether a page of another origin may call; the query's `groupid` says whose list counts.
    ///
    /// - Throws: ``AccountsError``.
    package func preflight(_ request: Request, _ store: any AccountStore) async throws -> Response {
        var response = Response(status: .noContent)
        guard case .success(let fields) = try await request.fields(),
            let groupID = fields.nonEmpty(ParameterName.groupID), let partnerID = try? PartnerID(parsing: groupID),
            let group = try await store.group(partnerID)
        else { return response }
        allow(RequestOrigin(request, own: ownOrigins), by: group, on: &response.headers)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = methods
            response.headers[.accessControlAllowHeaders] = "content-type, authorization"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    /// The origin of the page that has sent a request, if it is foreign and on the group's list.
    package func reader(_ origin: RequestOrigin, of group: Group) -> Origin? {
        guard case .foreign(let origin?) = origin, group.embeddingOrigins.contains(origin) else { return nil }
        return origin
    }

    /// Lets the page read an answer, if its origin is on the group's list.
    package func allow(_ origin: RequestOrigin, by group: Group, on fields: inout HTTPFields) {
        guard let origin = reader(origin, of: group) else { return }
        fields[.accessControlAllowOrigin] = origin.text
        fields[.vary] = "Origin"
        fields[.resourcePolicy] = "cross-origin"
    }
}
