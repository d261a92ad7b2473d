package import LoginKey
package import WireProtocol

/// How pictures and fonts of other sites are fetched for agents, and for which groups.
package struct PublicAssetAccess: Sendable {
    /// No group's agents have any.
    package static let none = Self(isAllowed: { _ in false }, fetch: { _ in nil })

    let isAllowed: @Sendable (PartnerID) -> Bool
    let fetch: @Sendable (_ address: String) async -> PublicAsset?

    /// - Parameters:
    ///   - isAllowed: Whether a group has this.
    ///   - fetch: Gives what is at an address, or nothing.
    package init(
        isAllowed: @escaping @Sendable (PartnerID) -> Bool,
        fetch: @escaping @Sendable (_ address: String) async -> PublicAsset?
    ) {
        self.isAllowed = isAllowed
        self.fetch = fetch
    }
}
