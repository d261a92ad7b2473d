internal import HTTPTypes
internal import Hummingbird

extension SCIMController {
    /// Searches users and groups together (RFC 7644 section 3.4.2.1): first the users that fit, then the groups.
    func searchAll(_ call: SCIMCall) async throws -> Response {
        let query = try call.search
        let users = try await users(call.administration).list(query)
        var rest = query
        rest.startIndex = max(query.startIndex - users.total, 1)
        rest.count = query.count - users.resources.count
        let groups = try await groups(call.administration).list(rest)
        let answer = ListAnswer(
            total: users.total + groups.total,
            startIndex: query.startIndex,
            resources: users.resources + groups.resources
        )
        return .scim(answer.document)
    }
}
