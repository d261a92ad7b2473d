internal import Accounts
internal import HTTPCore
internal import WireCodec

/// A role as a group (RFC 7643 section 4.2).
struct GroupDocument: Sendable {
    /// Some of the members, and how many there are.
    struct Members: Sendable {
        /// The most that are listed.
        static let maximumCount = 1000

        let ids: [User.ID]
        let total: Int
    }

    private let role: Role
    private let members: Members?
    private let links: ResourceLinks

    /// Describes a role.
    ///
    /// - Parameters:
    ///   - role: The role.
    ///   - members: Who has it; `nil` where that was not read.
    ///   - links: Where resources are found.
    init(_ role: Role, members: Members?, links: ResourceLinks) {
        self.role = role
        self.members = members
        self.links = links
    }

    /// The whole resource with its place and version.
    var answer: ResourceAnswer {
        ResourceAnswer(object: object, location: links.group(role.id), version: version)
    }

    /// The whole resource.
    var object: JSONObject {
        var object: JSONObject = [
            "schemas": [.string(URN.group)], "id": .string(role.id.groupID), "displayName": .string(role.name),
        ]
        if let members, !members.ids.isEmpty { object.append("members", .array(members.ids.map(member))) }
        var meta: JSONObject = ["resourceType": "Group", "location": .string(links.group(role.id))]
        if let version { meta.append("version", .string(version)) }
        object.append("meta", .object(meta))
        return object
    }

    /// Changes with the stored version, the listed members and their number; `nil` where members were not read.
    var version: String? {
        guard let members else { return nil }
        var fingerprint = Fingerprint()
        for text in ["\(role.id)", "\(role.version)", "\(members.total)"] + members.ids.map(\.description) {
            fingerprint.add(text)
        }
        return fingerprint.tag
    }

    private func member(_ id: User.ID) -> JSONValue {
        ["value": .string("\(id)"), "$ref": .string(links.user(id)), "type": "User"]
    }
}
