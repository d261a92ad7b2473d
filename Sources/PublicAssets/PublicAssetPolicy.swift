package import LoginKey

/// Where agents have pictures and fonts from that a visitor's page shows from other sites.
package enum PublicAssetSource: String, CaseIterable, Sendable {
    /// From the visitor's side, through the session.
    case visitor
    /// From this server, which fetches them for the session's agents.
    case proxy
    /// Not at all.
    case none
}

/// The setting, for all groups and for some of their own.
package struct PublicAssetPolicy: Sendable {
    private let usual: PublicAssetSource
    private let groups: [PartnerID: PublicAssetSource]

    /// Reads a setting: one word for all groups, and `group=word` for each that has its own, with commas between them.
    ///
    /// `nil` if anything in it is neither, or a group or the word for all stands there twice.
    ///
    /// - Parameter text: For example `visitor, 12345=proxy`; without a word for all it is ``PublicAssetSource/visitor``.
    package init?(_ text: String) {
        var usual: PublicAssetSource?
        var groups: [PartnerID: PublicAssetSource] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.filter { $0 != " " }.split(separator: "=", omittingEmptySubsequences: false)
            guard let source = parts.last.flatMap({ PublicAssetSource(rawValue: String($0)) }) else { return nil }
            if parts.count == 1, usual == nil {
                usual = source
            } else if parts.count == 2, let group = try? PartnerID(parsing: String(parts[0])), groups[group] == nil {
                groups[group] = source
            } else {
                return nil
            }
        }
        (self.usual, self.groups) = (usual ?? .visitor, groups)
    }

    /// What holds for a group.
    package func source(for group: PartnerID) -> PublicAssetSource {
        groups[group] ?? usual
    }
}
