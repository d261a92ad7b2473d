package import LoginKey

/// The ways in which credentials name a user.
package enum AccountReference: Hashable, Sendable {
    /// By group and PartnerUserId.
    case partner(PartnerID, PartnerUserID)
    /// By user name, which names the group too.
    case username(Username)
    /// By group and user id, as tokens do.
    case person(PartnerID, User.ID)
}
