internal import AccountAdministration
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

    let store: any RoleStore

    @Sendable func list(_ call: RESTCall) async throws -> RESTAnswer {
        let counts = try await store.roleUse(in: call.partnerID)
        let roles = try await store.roles(of: call.partnerID)
        let bytes = JSONWriter.array(roles.map { RoleJSON.bytes($0, count: counts[$0.id] ?? 0) })
        return RESTAnswer(bytes, version: RoleVersions(roles).ofAll)
    }

    @Sendable func show(_ call: RESTCall) async throws -> RESTAnswer {
        let id = Role.ID(try call.id("roleId"))
        guard let role = try await store.roles(of: call.partnerID).first(where: { $0.id == id }) else {
            throw AnswerError.notFound
        }
        let count = try await store.roleUse(in: call.partnerID)[id] ?? 0
        return RESTAnswer(RoleJSON.bytes(role, count: count), version: RoleVersions.version(of: role))
    }

    @Sendable func create(_ call: RESTCall) async throws -> RESTAnswer {
        let bodies = try Self.checked(await call.body([RoleBody].self))
        let roles = try bodies.map { try $0.newRole(of: call.partnerID) }
        try call.require([RoleVersions(try await store.roles(of: call.partnerID)).ofAll])
        let created = try await translating { try await call.roles(in: store).add(roles) }
        return RESTAnswer(JSONWriter.array(created.map { RoleJSON.bytes($0, count: 0) }))
    }

    @Sendable func update(_ call: RESTCall) async throws -> RESTAnswer {
        let bodies = try Self.checked(await call.body([RoleBody].self))
        try await translating {
            try await OptimisticChange.run {
                let known = try await store.roles(of: call.partnerID)
                let roles = try bodies.map { body in
                    guard let id = body.id else { throw AnswerError.badRequest("\(body.place).roleId is missing.") }
                    return body.change(of: try Self.role(id, in: known))
                }
                guard Set(roles.map(\.id)).count == roles.count else { throw AnswerError.conflict(Self.twice) }
                try call.require(RoleVersions(known).acceptable(for: roles.map(\.id)))
                _ = try await call.roles(in: store).change(roles)
            }
        }
        return Self.ok
    }

    @Sendable func delete(_ call: RESTCall) async throws -> RESTAnswer {
        let numbers = try Self.checked(await call.body([Int64].self))
        guard Set(numbers).count == numbers.count else { throw AnswerError.badRequest(Self.twice) }
        guard numbers.allSatisfy({ (1...WholeNumber.maximum).contains($0) }) else {
            throw AnswerError.badRequest("A roleId is a positive number.")
        }
        let known = try await store.roles(of: call.partnerID)
        let roles = try numbers.map { try Self.role(Role.ID($0), in: known) }
        try call.require(RoleVersions(known).acceptable(for: roles.map(\.id)))
        try await translating { try await call.roles(in: store).delete(roles) }
        return Self.ok
    }

    private static let ok = RESTAnswer(JSONWriter.object { $0.member("status", "ok") })
    private static let twice = "A role stands in the body twice."

    private static func checked<Element>(_ elements: [Element]) throws(AnswerError) -> [Element] {
        guard (1...maximumBatch).contains(elements.count) else {
            throw .badRequest("The body is an array of 1 to \(maximumBatch) elements.")
        }
        return elements
    }

    private static func role(_ id: Role.ID, in roles: [Role]) throws(AnswerError) -> Role {
        guard let role = roles.first(where: { $0.id == id }) else { throw .notFound }
        return role
    }

    /// What the store refuses, as an answer; with several administrators at once it may know better than we did.
    private func translating<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as AccountsError {
            switch error.code {
            case .notFound: throw AnswerError.notFound
            case .versionConflict: throw AnswerError.preconditionFailed
            case .alreadyExists: throw AnswerError.conflict("Another role of the group has one of these names.")
            case .inUse: throw AnswerError.conflict("A user still has one of these roles.")
            case .tooMany: throw AnswerError.conflict(error.message)
            case .invalidField: throw AnswerError.badRequest(error.message)
            default: throw AnswerError.unavailable
            }
        }
    }
}

extension RESTCall {
    /// The caller's administration of the group's roles.
    fileprivate func roles(in store: any RoleStore) -> RoleAdministration {
        RoleAdministration(store: store, of: partnerID, by: administration.administrator)
    }
}
