internal import AccountAdministration
internal import Accounts
internal import WireCodec

/// What the operations of a PATCH change about a group, without the members that it has already: there may be many.
struct GroupPatch: Hashable, Sendable {
    /// The new name; `nil` if it stays.
    private(set) var name: String?
    /// Who comes and who goes.
    private(set) var members = MemberChange()

    /// Adds what operations change.
    ///
    /// - Throws: ``SCIMError``.
    init(_ operations: [PatchOperation]) throws(SCIMError) {
        for operation in operations {
            try add(operation)
        }
    }

    private mutating func add(_ operation: PatchOperation) throws(SCIMError) {
        let path = operation.path
        guard path.attribute.schema.isEmpty, path.name != "externalid" else { return }
        switch path.name {
        case "displayname" where path.part == nil && path.filter == nil: try rename(operation)
        case "members" where path.part == nil: try change(operation)
        case _ where operation.isImplied: break
        case _ where ResourceSchema.common.contains(path.name): throw .mutability("\(path.name) is read-only")
        default: throw .invalidPath("there is no such attribute")
        }
    }

    private mutating func rename(_ operation: PatchOperation) throws(SCIMError) {
        guard operation.kind != .remove else { throw .mutability("displayName cannot be removed") }
        name = try GroupReader.name(["displayName": try operation.requireValue()])
    }

    private mutating func change(_ operation: PatchOperation) throws(SCIMError) {
        guard let filter = operation.path.filter else { return try changeAll(operation) }
        guard operation.kind == .remove else { throw .invalidPath("members are added and replaced without a filter") }
        for id in try filter.members() {
            members.remove(id)
        }
    }

    private mutating func changeAll(_ operation: PatchOperation) throws(SCIMError) {
        let ids = try operation.value.map { value throws(SCIMError) in try GroupReader.members(value) }
        switch operation.kind {
        case .replace: members.replace(with: ids ?? [])
        case .add:
            for id in ids ?? [] {
                members.add(id)
            }
        case .remove:
            // Entra ID names the members that are to go in the value; without one all go.
            guard let ids, !ids.isEmpty else { return members.replace(with: []) }
            for id in ids {
                members.remove(id)
            }
        }
    }
}

extension Filter {
    /// The members that `value eq "2819"`, or several of these with `or`, name.
    fileprivate func members() throws(SCIMError) -> [User.ID] {
        switch self {
        case .compare(let path, .equal, .string(let id)) where path == AttributePath(attribute: "value"):
            return ResourceNumber(id).map { [User.ID($0.value)] } ?? []
        case .any(let filters):
            var members: [User.ID] = []
            for filter in filters {
                members += try filter.members()
            }
            return members
        default: throw .invalidFilter("members are named by value eq \"…\", several of them with or")
        }
    }
}
