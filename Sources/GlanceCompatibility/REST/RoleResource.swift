internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import WireCodec

/// `/roles` and `/delete-roles` of a group.
///
/// Bodies are arrays, and all of one is carried out or nothing.
struct RoleResource: Sendable {
    /// The most roles that one body may have.
    static let maximumBatch = 100
    /// The most roles that a group may get this way.
    static let maximumCount = 1000

    let store: any RoleStore

    @Sendable func list(_ call: RESTCall) async throws -> [UInt8] {
        let counts = try await store.roleUse(in: call.partnerID)
        let roles = try await store.roles(of: call.partnerID)
        return JSONWriter.array(roles.map { RoleJSON.bytes($0, count: counts[$0.id] ?? 0) })
    }

    @Sendable func show(_ call: RESTCall) async throws -> [UInt8] {
        let id = Role.ID(try call.id("roleId"))
        guard let role = try await store.roles(of: call.partnerID).first(where: { $0.id == id }) else {
            throw AnswerError.notFound
        }
        return RoleJSON.bytes(role, count: try await store.roleUse(in: call.partnerID)[id] ?? 0)
    }

    @Sendable func create(_ call: RESTCall) async throws -> [UInt8] {
        let bodies = try Self.checked(await call.body([RoleBody].self))
        let roles = try bodies.map { try $0.newRole(of: call.partnerID) }
        guard try await store.roles(of: call.partnerID).count + roles.count <= Self.maximumCount else {
            throw AnswerError.conflict("A group has at most \(Self.maximumCount) roles.")
        }
        let created = try await save(roles, call, "added")
        return JSONWriter.array(created.map { RoleJSON.bytes($0, count: 0) })
    }

    @Sendable func update(_ call: RESTCall) async throws -> [UInt8] {
        let bodies = try Self.checked(await call.body([RoleBody].self))
        let known = try await rolesByID(call)
        let roles = try bodies.map { body in
            guard let id = body.id else { throw AnswerError.badRequest("\(body.place).roleId is missing.") }
            guard let role = known[id] else { throw AnswerError.notFound }
            return body.change(of: role)
        }
        guard Set(roles.map(\.id)).count == roles.count else { throw AnswerError.conflict(Self.twice) }
        _ = try await save(roles, call, "changed")
        return Self.ok
    }

    @Sendable func delete(_ call: RESTCall) async throws -> [UInt8] {
        let numbers = try Self.checked(await call.body([Int64].self))
        guard Set(numbers).count == numbers.count else { throw AnswerError.badRequest(Self.twice) }
        guard numbers.allSatisfy({ (1...WholeNumber.maximum).contains($0) }) else {
            throw AnswerError.badRequest("A roleId is a positive number.")
        }
        let known = try await rolesByID(call)
        let roles = try numbers.map { number in
            guard let role = known[Role.ID(number)] else { throw AnswerError.notFound }
            return role
        }
        try await changing {
            () async throws(AccountsError) in
            try await store.deleteRoles(
                roles.map(\.id),
                of: call.partnerID,
                recording: call.administration.event(Self.note(roles, "deleted"))
            )
        }
        return Self.ok
    }

    private static let ok = JSONWriter.object { $0.member("status", "ok") }
    private static let twice = "A role stands in the body twice."

    private static func checked<Element>(_ elements: [Element]) throws(AnswerError) -> [Element] {
        guard (1...maximumBatch).contains(elements.count) else {
            throw .badRequest("The body is an array of 1 to \(maximumBatch) elements.")
        }
        return elements
    }

    private static func note(_ roles: [Role], _ what: String) -> String {
        let names = roles.map(\.name).joined(separator: ", ")
        return roles.count == 1 ? "role \(names) \(what)" : "roles \(what): \(names)"
    }

    private func rolesByID(_ call: RESTCall) async throws -> [Role.ID: Role] {
        Dictionary(uniqueKeysWithValues: try await store.roles(of: call.partnerID).map { ($0.id, $0) })
    }

    private func save(_ roles: [Role], _ call: RESTCall, _ what: String) async throws -> [Role] {
        try await changing { () async throws(AccountsError) in
            try await store.saveRoles(
                roles,
                of: call.partnerID,
                recording: call.administration.event(Self.note(roles, what))
            )
        }
    }

    /// What the store refuses, as an answer; with several administrators at once it may know better than we did.
    private func changing<Value: Sendable>(
        _ body: () async throws(AccountsError) -> Value
    ) async throws(AnswerError) -> Value {
        do {
            return try await body()
        } catch {
            switch error.code {
            case .notFound: throw .notFound
            case .alreadyExists: throw .conflict("Another role of the group has one of these names.")
            case .inUse: throw .conflict("A user still has one of these roles.")
            case .invalidField: throw .badRequest(error.message)
            default: throw .unavailable
            }
        }
    }
}
