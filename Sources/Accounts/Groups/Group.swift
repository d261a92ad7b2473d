package import LoginKey

/// A customer of the installation: agents, API keys, roles and visitors belong to exactly one group.
package struct Group: Hashable, Sendable {
    /// The group's id, which is the PartnerId of its LoginKeys.
    package var partnerID: PartnerID
    /// What people call it.
    package var name: String
    /// `production` or `staging`.
    package var site: Site
    /// The most that the group's agents may do; a role only narrows it.
    package var privileges: PrivilegeSet
    /// The origins whose pages may frame and post to our pages and call the services ("CRM and Chat Integration").
    package var embeddingOrigins: [Origin]
    /// How often one LoginKey may be used.
    package var usePolicy: UsePolicy
    /// Whether a LoginKey may be in a URL: of a page, or of the desktop client.
    package var allowsLoginKeyURLs: Bool
    /// Whether LoginKeys of version 1 are refused (`docs/loginkey-2.md`).
    package var requiresVersion2Keys: Bool
    /// Whether the group's users may sign in with a password.
    package var allowsPasswords: Bool
    /// Who must present more than the password.
    package var secondFactor: SecondFactorPolicy
    /// Who must present a security key with the password; a code from an app is then refused.
    package var securityKeys: SecondFactorPolicy
    /// What is masked on every page of the group's visitors, in addition to what a page names itself.
    package var masks: MaskSelectors
    /// Which version of the group this is: 1 when it is added, and one more with each change; given by the store.
    package var version: Int64

    /// Makes a group.
    package init(
        partnerID: PartnerID,
        name: String,
        site: Site = .production,
        privileges: PrivilegeSet = .documented,
        embeddingOrigins: [Origin] = [],
        usePolicy: UsePolicy = .window,
        allowsLoginKeyURLs: Bool = true,
        requiresVersion2Keys: Bool = false,
        allowsPasswords: Bool = true,
        secondFactor: SecondFactorPolicy = .optional,
        securityKeys: SecondFactorPolicy = .optional,
        masks: MaskSelectors = MaskSelectors(),
        version: Int64 = 1
    ) {
        self.partnerID = partnerID
        self.name = name
        self.site = site
        self.privileges = privileges
        self.embeddingOrigins = embeddingOrigins
        self.usePolicy = usePolicy
        self.allowsLoginKeyURLs = allowsLoginKeyURLs
        self.requiresVersion2Keys = requiresVersion2Keys
        self.allowsPasswords = allowsPasswords
        self.secondFactor = secondFactor
        self.securityKeys = securityKeys
        self.masks = masks
        self.version = version
    }
}

/// The two sites that existing clients name.
package enum Site: String, Hashable, Sendable, CaseIterable {
    /// The live site.
    case production
    /// The site for trials.
    case staging
}

/// How often one LoginKey of version 1 may be used (`docs/threats.md#replay`); one of version 2 is always valid once.
package enum UsePolicy: String, Hashable, Sendable, CaseIterable {
    /// Any number of times until it expires; for integrations that cache a key for all its life.
    case off
    /// Any number of times within ``windowSeconds`` of the first use.
    case window
    /// One time.
    case once

    /// How long after its first use a key stays usable with ``window``, in seconds.
    package static let windowSeconds: Int64 = 120
}
