internal import Accounts
internal import LoginKey

/// `UpdateUser`: changes what the form names of a user; a field that is there but empty is cleared.
struct UpdateUser: UserAPICall {
    static let parameters = [UserAPIParameter.partnerUserID, .userSuspended] + UserFields.parameters

    private let partnerUserID: PartnerUserID
    private let fields: UserFields
    private let isSuspended: Bool?

    init(_ form: UserAPIForm) throws(UserAPIError) {
        partnerUserID = try form.partnerUserID()
        fields = try UserFields(form)
        isSuspended = try Self.isSuspended(form)
    }

    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8] {
        let known = try await context.user(partnerUserID)
        var user = try await fields.apply(to: known, at: context)
        if let isSuspended { user.state = isSuspended ? .suspended : .active }
        return try await context.answer(context.change(known, to: user))
    }

    private static func isSuspended(_ form: UserAPIForm) throws(UserAPIError) -> Bool? {
        switch form[.userSuspended]?.lowercased() {
        case nil: nil
        case "1", "yes", "true": true
        case "0", "no", "false": false
        default: throw UserAPIError(.invalidField, "UserSuspended is 1, 0, yes, no, true or false.", .userSuspended)
        }
    }
}
