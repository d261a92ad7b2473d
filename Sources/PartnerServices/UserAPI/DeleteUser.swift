internal import Accounts
internal import LoginKey

/// `DeleteUser`: the user is gone, and both names are free for a new one.
struct DeleteUser: UserAPICall {
    static let parameters = [UserAPIParameter.partnerUserID]

    private let partnerUserID: PartnerUserID

    init(_ form: UserAPIForm) throws(UserAPIError) {
        partnerUserID = try form.partnerUserID()
    }

    func run(at desk: UserAPIDesk) async throws(UserAPIError) -> [UInt8] {
        let user = try await desk.user(partnerUserID)
        try desk.requireOther(than: user)
        _ = try await desk.change(.delete, user, "user \(user.username) deleted")
        return UserAPIAnswer.ok()
    }
}
