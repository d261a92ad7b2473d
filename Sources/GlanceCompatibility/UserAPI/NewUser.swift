internal import Accounts
internal import LoginKey

/// `NewUser`: adds a user; without a password, one who signs in by LoginKey only.
struct NewUser: UserAPICall {
    static let parameters = [UserAPIParameter.partnerUserID] + UserFields.parameters

    private let partnerUserID: PartnerUserID
    private let address: Username
    private let fields: UserFields

    init(_ form: UserAPIForm) throws(UserAPIError) {
        partnerUserID = try form.partnerUserID()
        guard form.nonEmpty(.userAddress) != nil else { throw .missing(.userAddress) }
        fields = try UserFields(form)
        guard let address = fields.address else { throw .missing(.userAddress) }
        self.address = address
    }

    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8] {
        let user = User(partnerID: context.partnerID, partnerUserID: partnerUserID, username: address)
        let complete = try await fields.apply(to: user, at: context)
        return try await context.answer(context.add(complete))
    }
}
