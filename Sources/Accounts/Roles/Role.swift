public import LoginKey

/// A named narrowing of what a group's agents may do.
public struct Role: Hashable, Sendable {
    /// Names a role within the installation.
    public struct ID: Hashable, Sendable, CustomStringConvertible {
        /// A positive number.
        public let number: Int64

        /// Makes an id.
        public init(_ number: Int64) {
            self.number = number
        }

        /// The number.
        public var description: String { "\(number)" }
    }

    /// The most characters of a name.
    public static let maximumNameLength = 70
    /// The most characters of a description.
    public static let maximumSummaryLength = 255

    /// The role's id; given by the store.
    public var id: ID
    /// The group it belongs to.
    public var partnerID: PartnerID
    /// Up to 70 characters, unique in the group.
    public var name: String
    /// Up to 255 characters.
    public var summary: String
    /// What it leaves of the group's privileges.
    public var privileges: PrivilegeSet
    /// Which version of the role this is: 1 when it is added, and one more with each change; given by the store.
    public var version: Int64

    /// Makes a role.
    public init(
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
