internal import Accounts
internal import LoginKey

/// `DeleteUser`: the user is gone, and both names are free for a new one.
struct DeleteUser: UserAPICall {
    static let parameters = [UserAPIParameter.partnerUserID]

    private let partnerUserID: PartnerUserID

    init(_ form: UserAPIForm) throws(UserAPIError) {
        partnerUserID = try form.partnerUserID()
    }

    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8] {
        let user = try await context.user(partnerUserID)
        try await context.delete(user)
        return UserAPIAnswer.ok()
    }
}
