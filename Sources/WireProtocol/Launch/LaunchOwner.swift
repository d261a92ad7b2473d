internal import WireCodec

/// Whose a launch is, as a client is told that has picked it up (`docs/protocol.md#launch`).
package struct LaunchOwner: Equatable, Sendable {
    /// The group: 1 to 10 digits.
    package var groupID: String
    /// What people call the group.
    package var groupName: String
    /// The user within the group; empty for one without.
    package var partnerUserID: String
    /// The user name within the installation.
    package var username: String
    /// What people call the user.
    package var name: String
    /// The click.
    package var correlationID: String

    private static let members: Set = [
        "groupid", "groupname", "partneruserid", "username", "name", "correlationid",
    ]

    /// Describes an owner.
    package init(
        groupID: String,
        groupName: String,
        partnerUserID: String,
        username: String,
        name: String,
        correlationID: String
    ) {
        self.groupID = groupID
        self.groupName = groupName
        self.partnerUserID = partnerUserID
        self.username = username
        self.name = name
        self.correlationID = correlationID
    }

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json, only: Self.members)) != nil, let groupID = fields["groupid"],
            let groupName = fields["groupname"],
            let partnerUserID = fields["partneruserid"], let username = fields["username"], let name = fields["name"],
            let correlationID = fields["correlationid"]
        else { return nil }
        self.init(
            groupID: groupID,
            groupName: groupName,
            partnerUserID: partnerUserID,
            username: username,
            name: name,
            correlationID: correlationID
        )
    }

    /// The answer's body.
    package var json: [UInt8] {
        JSONWriter.object { json in
            json.member("groupId", groupID)
            json.member("groupName", groupName)
            json.member("partnerUserId", partnerUserID)
            json.member("username", username)
            json.member("name", name)
            json.member("correlationId", correlationID)
        }
    }
}
