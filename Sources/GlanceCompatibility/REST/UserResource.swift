internal import Accounts
internal import HTTPCore
internal import LoginKey
internal import WireCodec

/// `/users` of a group.
struct UserResource: Sendable {
    let store: any DecisionStore & UserStore & RoleStore

    @Sendable func list(_ call: RESTCall) async throws -> RESTAnswer {
        let asked = try UserListQuery(call.query())
        let page = try await store.users(matching: asked.query, of: call.partnerID)
        let names = try await roleNames(call)
        let pagination = JSONWriter.object { json in
            json.member("offset", Int64(asked.query.offset))
            json.member("pageSize", Int64(asked.query.limit))
            json.member("totalRecords", Int64(page.total))
        }
        let bytes = JSONWriter.object(capacity: 512 * (page.users.count + 1)) { json in
            json.member("pagination", json: pagination)
            json.member("usersList", json: JSONWriter.array(page.users.map { UserJSON.bytes($0, roleNames: names) }))
        }
        return RESTAnswer(bytes)
    }

    @Sendable func show(_ call: RESTCall) async throws -> RESTAnswer {
        let key = AccountReference.person(call.partnerID, User.ID(try call.id("userId")))
        guard let user = try await store.snapshot(of: key, at: call.context.seconds)?.user, user.state != .deleted
        else { throw AnswerError.notFound }
        return RESTAnswer(UserJSON.bytes(user, roleNames: try await roleNames(call)))
    }

    private func roleNames(_ call: RESTCall) async throws -> [Role.ID: String] {
        Dictionary(uniqueKeysWithValues: try await store.roles(of: call.partnerID).map { ($0.id, $0.name) })
    }
}
