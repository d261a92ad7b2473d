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
        if isSuspended == true { try context.requireOther(than: known) }
        var user = try await fields.apply(to: known, at: context)
        if let isSuspended { user.state = isSuspended ? .suspended : .active }
        guard user != known else { return try await context.answer(known) }
        return try await context.answer(
            context.change(.update, user, "user \(user.username) changed\(note(known, user))")
        )
    }

    private func note(_ old: User, _ new: User) -> String {
        var notes: [String] = []
        if old.username != new.username { notes.append("was \(old.username)") }
        if old.state != new.state { notes.append("now \(new.state.rawValue)") }
        if old.roleID != new.roleID { notes.append(new.roleID.map { "role \($0)" } ?? "no role") }
        if fields.password != nil { notes.append("password set") }
        return notes.isEmpty ? "" : ": " + notes.joined(separator: ", ")
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
