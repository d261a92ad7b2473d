internal import AccountAdministration
internal import Accounts

// Users who are made when they sign in, and their roles, for every protocol.

extension Authenticator {
    /// Finds the user whom claims name, makes them if they do not exist, and gives them the role of their groups; each
    /// only if the provider's record says so.
    ///
    /// A deleted user is not made again, and an administrator keeps the role
    /// (``UserAdministration/isRoleFromProvider(of:)``).
    func enrolledUser(
        named claims: UserClaims,
        of provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> NamedUser {
        let named = try await user(named: claims, of: provider)
        guard let enrolment = provider.enrolment else { return named }
        // Another sign-in, or an administrator, may change the user meanwhile.
        return try await OptimisticChange.run { () async throws(AccountsError) -> NamedUser in
            try await enrolled(named, claims, enrolment, of: provider, attempt)
        }
    }

    private func enrolled(
        _ named: NamedUser,
        _ claims: UserClaims,
        _ enrolment: UserEnrolment,
        of provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> NamedUser {
        let known = try await store.snapshot(of: named.reference, at: attempt.seconds)?.user
        guard known != nil || (enrolment.createsUsers && named.mayBeMade) else { return named }
        guard known.map(UserAdministration.isRoleFromProvider) != false else { return named }
        let role: Role?
        switch try await self.role(of: claims, enrolment, provider) {
        case .success(let found): role = found
        case .failure(let objection): return named.refused(.missingPrivilege, objection.text)
        }
        guard let known else { return try await made(named, claims, role, of: provider, attempt) }
        if !enrolment.groupsClaim.isEmpty {
            try await users(of: provider, named, attempt).assign(role, to: known, by: provider.issuer)
        }
        return named
    }

    private func made(
        _ named: NamedUser,
        _ claims: UserClaims,
        _ role: Role?,
        of provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> NamedUser {
        guard let new = NewUser(claims, of: provider)?.user(role) else {
            return named.refused(.unknownUser, "the claims are not enough to make a user")
        }
        guard try await store.snapshot(of: .username(new.username), at: attempt.seconds)?.user == nil else {
            return try await found(named, claims, of: provider)
        }
        do {
            let user = try await users(of: provider, named, attempt).enrol(new, by: provider.issuer)
            return NamedUser(reference: .person(provider.partnerID, user.id), name: named.name, objection: nil)
        } catch {
            switch error.code {
            case .alreadyExists: return try await found(named, claims, of: provider)
            case .invalidField: return named.refused(.unknownUser, "the claims do not fit the fields of a user")
            default: throw error
            }
        }
    }

    /// A user who was made meanwhile; `nil` if the user name is another's.
    private func found(
        _ named: NamedUser,
        _ claims: UserClaims,
        of provider: IdentityProvider
    ) async throws(AccountsError) -> NamedUser {
        let again = try await user(named: claims, of: provider)
        guard try await store.snapshot(of: again.reference, at: 0)?.user == nil else { return again }
        return named.refused(.unknownUser, "the user name that the claims hold is another's")
    }

    private func role(
        of claims: UserClaims,
        _ enrolment: UserEnrolment,
        _ provider: IdentityProvider
    ) async throws(AccountsError) -> Result<Role?, RoleObjection> {
        let groups = Set(claims.lists[enrolment.groupsClaim] ?? [])
        let name = enrolment.roles.first { groups.contains($0.group) }?.role ?? enrolment.otherRole
        guard !name.isEmpty else {
            let isRefused = !enrolment.groupsClaim.isEmpty
            return isRefused ? .failure(RoleObjection("no group of the user's has a role here")) : .success(nil)
        }
        guard let role = try await store.roles(of: provider.partnerID).first(where: { $0.name == name }) else {
            return .failure(RoleObjection("the role of the user's group is not there"))
        }
        return .success(role)
    }

    /// The provider's administration of users, at the sign-in of one of them.
    private func users(of provider: IdentityProvider, _ named: NamedUser, _ attempt: Attempt) -> UserAdministration {
        let template = AuditEvent(
            time: attempt.time,
            correlationID: attempt.correlationID,
            partnerID: provider.partnerID,
            actor: named.name,
            action: .administration,
            outcome: .granted,
            source: attempt.source
        )
        return UserAdministration(store: store, by: .identityProvider(recording: template))
    }
}

/// Why a user has no role; a text for the audit.
private struct RoleObjection: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

extension NamedUser {
    /// Whether nobody is this user, and nothing else speaks against it.
    fileprivate var mayBeMade: Bool {
        guard let (reason, _) = objection else { return true }
        return reason == .unknownUser && !name.isEmpty
    }

    fileprivate func refused(_ reason: RefusalReason, _ detail: String) -> NamedUser {
        NamedUser(reference: reference, name: name, objection: (reason, detail))
    }
}
