internal import Accounts
internal import LoginKey
internal import WireCodec

/// A user as a resource (RFC 7643 section 4.1).
struct UserDocument: Sendable {
    private let user: User
    private let role: Role?
    private let links: ResourceLinks

    init(_ user: User, role: Role?, links: ResourceLinks) {
        self.user = user
        self.role = role
        self.links = links
    }

    /// The whole resource with its place and version.
    var answer: ResourceAnswer {
        ResourceAnswer(object: object, location: links.user(user.id), version: version)
    }

    /// The whole resource.
    var object: JSONObject {
        var object: JSONObject = ["schemas": [.string(URN.user)], "id": .string("\(user.id)")]
        if let partnerUserID = user.partnerUserID { object.append("externalId", .string(partnerUserID.text)) }
        object.append("userName", .string(user.username.text))
        if let name { object.append("name", .object(name)) }
        object.append("displayName", .string(user.displayName))
        object.append("active", .bool(user.state == .active))
        if !user.email.isEmpty { object.append("emails", Self.element(user.email)) }
        if !user.phone.isEmpty { object.append("phoneNumbers", Self.element(user.phone)) }
        if let role {
            object.append("roles", [["value": .string(role.name), "primary": true]])
            object.append("groups", [group(role)])
        }
        object.append("meta", .object(meta))
        return object
    }

    /// The stored versions of the user and of the role, whose name the resource shows.
    var version: String { "W/\"\(user.version).\(role?.version ?? 0)\"" }

    private var name: JSONObject? {
        var name = JSONObject()
        name.append("familyName", nonEmpty: user.lastName)
        name.append("givenName", nonEmpty: user.firstName)
        guard !name.members.isEmpty else { return nil }
        name.append("formatted", .string(user.displayName))
        return name
    }

    private var meta: JSONObject {
        var meta: JSONObject = ["resourceType": "User"]
        if user.createdAt > 0 { meta.append("created", Self.moment(user.createdAt)) }
        if user.modifiedAt > 0 { meta.append("lastModified", Self.moment(user.modifiedAt)) }
        meta.append("location", .string(links.user(user.id)))
        meta.append("version", .string(version))
        return meta
    }

    private func group(_ role: Role) -> JSONValue {
        [
            "value": .string(role.id.groupID), "$ref": .string(links.group(role.id)), "display": .string(role.name),
            "type": "direct",
        ]
    }

    private static func element(_ value: String) -> JSONValue {
        [["value": .string(value), "type": "work", "primary": true]]
    }

    /// A moment as xsd:dateTime in whole seconds (RFC 7643 section 2.3.5).
    private static func moment(_ seconds: Int64) -> JSONValue {
        .string(UTCTime.wholeSeconds(seconds))
    }
}
