internal import Accounts

/// Where resources are found: the values of `location` and `$ref`.
struct ResourceLinks: Sendable {
    private let base: String

    /// Makes links.
    ///
    /// - Parameter publicURL: Where the installation is reached, without a slash at the end.
    init(publicURL: String) {
        self.base = publicURL + SCIMRoute.base
    }

    func user(_ id: User.ID) -> String { url("/Users/\(id)") }
    func group(_ id: Role.ID) -> String { url("/Groups/\(id.groupID)") }

    /// The URL of a path below the base.
    func url(_ path: String) -> String { base + path }
}
