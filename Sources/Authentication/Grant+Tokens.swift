package import Accounts
package import ServiceTokens

// What a signed-in user is given: everything depends on the same sign-in and ends with it.

extension AuthClaims {
    /// The claims of a token for a signed-in user.
    ///
    /// - Parameters:
    ///   - grant: The sign-in.
    ///   - service: What the token is for.
    ///   - correlationID: The click.
    ///   - issuedAt: Unix time in seconds.
    ///   - lifetime: In seconds.
    package init(
        _ grant: Grant,
        service: String,
        correlationID: CorrelationID,
        issuedAt: Int64,
        lifetime: Int64
    ) {
        self.init(
            user: grant.user,
            privileges: grant.privileges,
            service: service,
            root: grant.root,
            correlationID: correlationID,
            issuedAt: issuedAt,
            lifetime: lifetime
        )
    }
}

extension TicketClaims {
    /// The claims of a view ticket for a signed-in user.
    ///
    /// - Parameters:
    ///   - grant: The sign-in.
    ///   - id: Names the ticket, so that it can be used once.
    ///   - correlationID: The click.
    ///   - continuesSignIn: Whether it only carries the sign-in on to a clean address.
    ///   - issuedAt: Unix time in seconds.
    package init(
        _ grant: Grant,
        id: CorrelationID,
        correlationID: CorrelationID,
        continuesSignIn: Bool = false,
        issuedAt: Int64
    ) {
        self.init(
            id: id,
            userID: grant.user.id,
            partnerID: grant.user.partnerID,
            root: grant.root,
            correlationID: correlationID,
            signInEnds: grant.signInEnds,
            continuesSignIn: continuesSignIn,
            issuedAt: issuedAt
        )
    }
}

extension SignInIDSigner {
    /// Makes an id for a signed-in user; if the sign-in used an id, it ends when that one does.
    package func issue(for grant: Grant, at now: Int64) -> String {
        issue(
            for: grant.user.id,
            in: grant.user.partnerID,
            root: grant.root,
            at: now,
            until: grant.signInEnds
        )
    }
}
