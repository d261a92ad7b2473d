package import LoginKey
internal import WireCodec
internal import WireProtocol

/// With what agents sign in.
package struct LoadCredentials: Sendable {
    private let make: @Sendable (Int) throws -> String
    /// How many there are.
    let count: Int

    /// So many LoginKeys of one user: each expires a second after the one before, within a day.
    package static let keysOfOneUser = 40_000

    /// LoginKeys that are made here, no two of them the same: a group can use each once.
    ///
    /// - Parameters:
    ///   - issuer: Has the group and its API key. Its lifetime is that of the first key; those behind live longer.
    ///   - users: Whose, in turn.
    ///   - now: Unix seconds.
    package init(_ issuer: LoginKeyIssuer, users: [PartnerUserID], at now: Int64) {
        count = users.count * Self.keysOfOneUser
        make = { number in
            let user = users[number % users.count]
            let key = try issuer.issue(for: user, at: now + Int64(number / users.count))
            return "\(ParameterName.partnerID)=\(issuer.partnerID)"
                + "&\(ParameterName.partnerUserID)=\(PercentEncoding.encode(user.text))"
                + "&\(ParameterName.loginKey)=\(PercentEncoding.encode(key.text))"
        }
    }

    /// Credentials that were made elsewhere.
    ///
    /// - Parameter forms: Form-encoded, as the `query` of `latchkey key make --json`.
    package init(forms: [String]) {
        count = forms.count
        make = { forms[$0 % forms.count] }
    }

    func form(_ number: Int) throws -> String { try make(number) }
}
