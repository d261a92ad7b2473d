package import Accounts
package import LoginKey

/// Who is present: a visitor id within a group.
///
/// A visitor id locates; it never authorises: whoever knows it can announce it.
package struct VisitorReference: Hashable, Sendable {
    /// The group; only its agents see the visitor.
    package let partnerID: PartnerID
    /// What the group's CRM and the visitor's page know the visitor by.
    package let visitorID: SessionKey

    /// Makes a key.
    package init(_ visitorID: SessionKey, of partnerID: PartnerID) {
        self.partnerID = partnerID
        self.visitorID = visitorID
    }
}

/// Names one connection to the ``PresenceHub``.
package struct PeerID: Hashable, Comparable, Sendable {
    /// A number that is never given twice.
    package let number: Int

    /// Makes an id.
    package init(_ number: Int) {
        self.number = number
    }

    /// Compares the numbers.
    package static func < (left: Self, right: Self) -> Bool {
        left.number < right.number
    }
}
