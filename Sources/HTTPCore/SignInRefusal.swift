package import Accounts
package import Authentication
package import LoginKey

/// A refusal that is already in the audit, on its way from a handler to ``SignInService/answering(_:_:)``, which counts it
/// and writes its line; to the outside it is ``AnswerError/refused``.
package struct SignInRefusal: Error {
    /// What the audit says.
    package let reason: RefusalReason

    /// Makes the refusal.
    package init(_ reason: RefusalReason) {
        self.reason = reason
    }
}

extension Decision {
    /// The grant.
    ///
    /// - Throws: ``SignInRefusal`` with the reason, if it was refused.
    package func get() throws(SignInRefusal) -> Grant {
        switch self {
        case .granted(let grant): return grant
        case .refused(let reason): throw SignInRefusal(reason)
        }
    }
}

extension IssuedLoginKey {
    /// The key.
    ///
    /// - Throws: ``SignInRefusal`` with the reason, if there is none.
    package func get() throws(SignInRefusal) -> PresentedLoginKey {
        switch self {
        case .issued(let loginKey): return loginKey
        case .refused(let reason): throw SignInRefusal(reason)
        }
    }
}

extension APIKeyCheck {
    /// The group.
    ///
    /// - Throws: ``SignInRefusal`` with the reason, if the key was refused.
    package func get() throws(SignInRefusal) -> Group {
        switch self {
        case .granted(let group): return group
        case .refused(let reason): throw SignInRefusal(reason)
        }
    }
}
