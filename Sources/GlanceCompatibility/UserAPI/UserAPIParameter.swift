/// The form's parameters, as they are documented; they are matched without regard to case
/// (`docs/protocol.md#user-api`).
enum UserAPIParameter: String, Sendable, CaseIterable {
    case partnerLogin = "PartnerLogin"
    case partnerPW = "PartnerPW"
    case partnerAuth = "PartnerAuth"
    case partnerID = "PartnerID"
    case partnerUserID = "PartnerUserID"
    case userAddress = "UserAddress"
    case userPW = "UserPW"
    case userFirst = "UserFirst"
    case userLast = "UserLast"
    case userEmail = "UserEmail"
    case userRole = "UserRole"
    case userSuspended = "UserSuspended"
    case pageCount = "PageCount"
    case pageStart = "PageStart"

    /// What every call takes: who is calling.
    static let credentials: [Self] = [.partnerLogin, .partnerPW, .partnerAuth, .partnerID]

    /// The name as ``FieldSet`` keeps it.
    var key: String { rawValue.lowercased() }
}
