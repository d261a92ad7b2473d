package import LoginKey

/// A named narrowing of what a group's agents may do.
package struct Role: Hashable, Sendable {
    /// Names a role within the installation.
    package typealias ID = RecordID<Role>

    /// The most characters of a name.
    package static let maximumNameLength = 70
    /// The most characters of a description.
    package static let maximumSummaryLength = 255

    /// The role's id; given by the store.
    package var id: ID
    /// The group it belongs to.
    package var partnerID: PartnerID
    /// Up to 70 characters, unique in the group.
    package var name: String
    /// Up to 255 characters.
    package var summary: String
    /// Which of the group's privileges it allows.
    package var privileges: PrivilegeSet
    /// Which version of the role this is: 1 when it is added, and one more with each change; given by the store.
    package var version: Int64

    /// Makes a role.
    package init(
        id: ID,
        partnerID: PartnerID,
        name: String,
        summary: String = "",
        privileges: PrivilegeSet,
        version: Int64 = 1
    ) {
        self.id = id
        self.partnerID = partnerID
        self.name = name
        self.summary = summary
        self.privileges = privileges
        self.version = version
    }
}
