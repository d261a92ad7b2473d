/// Says whether a LoginKey is valid.
///
/// Pure and synchronous: no clock, no I/O, no shared state.
public struct LoginKeyVerifier: Sendable {
    /// How many seconds the issuer's clock may be ahead: an expiry may lie this much more than a day in the future.
    ///
    /// It never extends a key's life: a key is valid while `now < expires`, without tolerance.
    public let clockTolerance: Int64

    /// Makes a verifier.
    ///
    /// - Parameter clockTolerance: 0 to 3,600 seconds; values outside are clamped.
    public init(clockTolerance: Int64 = 300) {
        self.clockTolerance = min(max(clockTolerance, 0), 3600)
    }

    /// Checks the signature, then the time.
    ///
    /// Allocates nothing of its own, whatever the outcome, and compares in constant time.
    ///
    /// - Parameters:
    ///   - loginKey: The key as it was presented.
    ///   - partnerUserID: The user it is presented for, decoded.
    ///   - partnerID: The group it is presented for.
    ///   - apiKey: An API key of that group.
    ///   - now: Unix time in seconds.
    /// - Returns: ``Outcome/valid``, or which check failed first.
    public func verify(
        _ loginKey: LoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        with apiKey: borrowing APIKey,
        at now: Int64
    ) -> Outcome {
        let expected = Signature(
            partnerID: partnerID,
            partnerUserID: partnerUserID,
            expiryDigits: loginKey.expiryDigits,
            apiKey: apiKey
        )
        guard expected.isEqualInConstantTime(to: loginKey.signature) else { return .invalid(.signatureMismatch) }
        return timeFault(expires: loginKey.expires, at: now).map(Outcome.invalid) ?? .valid
    }
}

extension LoginKeyVerifier {
    /// Whether a key's signature is that of a message, whatever it is.
    ///
    /// For diagnosis only: it finds out what an integrator has signed by mistake, and says nothing about validity.
    package func isSigned(_ loginKey: LoginKey, as message: String, with apiKey: APIKey) -> Bool {
        var hash = apiKey.keyedHash
        hash.update(message.utf8.span)
        return KeyedHash.areEqualInConstantTime(hash.finalize(), loginKey.signature.bytes)
    }

    /// What a verification says.
    public enum Outcome: Hashable, Sendable {
        /// Signature and time are right.
        case valid
        /// The first check that failed: ``LoginKeyError/Code/signatureMismatch``, ``LoginKeyError/Code/expired`` or
        /// ``LoginKeyError/Code/expiresTooLate``; for version 2 also ``LoginKeyError/Code/wrongAlgorithm``,
        /// ``LoginKeyError/Code/wrongAudience``, ``LoginKeyError/Code/wrongCommand`` or
        /// ``LoginKeyError/Code/wrongSession``.
        case invalid(LoginKeyError.Code)
    }
}
