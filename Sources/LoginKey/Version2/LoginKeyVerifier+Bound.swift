extension LoginKeyVerifier {
    /// Checks the signature of a version 2 key, then the time, then what the key is bound to.
    ///
    /// Whether the key was used before is not checked here.
    ///
    /// - Parameters:
    ///   - loginKey: The key as it was presented.
    ///   - partnerUserID: The user it is presented for, decoded.
    ///   - partnerID: The group it is presented for.
    ///   - key: The group's key whose id the LoginKey names.
    ///   - audiences: The names of this server.
    ///   - purpose: What the request does; `nil` for one that no version 2 key is good for.
    ///   - now: Unix time in seconds.
    /// - Returns: ``Outcome/valid``, or which check failed first.
    public func verify(
        _ loginKey: BoundLoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        with key: VerificationKey,
        at audiences: [LoginKeyAudience],
        purpose: LoginKeyPurpose?,
        at now: Int64
    ) -> Outcome {
        guard key.algorithm == loginKey.algorithm else { return .invalid(.wrongAlgorithm) }
        guard isSigned(loginKey, for: partnerUserID, in: partnerID, with: key) else {
            return .invalid(.signatureMismatch)
        }
        if let fault = timeFault(expires: loginKey.expires, at: now) { return .invalid(fault) }
        guard audiences.contains(where: loginKey.isFor) else { return .invalid(.wrongAudience) }
        guard let purpose, purpose.command == loginKey.command else { return .invalid(.wrongCommand) }
        guard loginKey.isFor(sessionKey: purpose.sessionKey) else { return .invalid(.wrongSession) }
        return .valid
    }

    /// Whether a key has made the signature for a user of a group; nothing else is looked at.
    package func isSigned(
        _ loginKey: BoundLoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        with key: VerificationKey
    ) -> Bool {
        let message = BoundMessage(
            signed: loginKey.text.utf8.span.extracting(first: loginKey.signedByteCount),
            partnerID: partnerID,
            partnerUserID: partnerUserID
        )
        return isSigned(loginKey, as: message, with: key)
    }

    /// Whether a key's signature is that of a message, whatever it is.
    ///
    /// For diagnosis only, as ``isSigned(_:as:with:)-(LoginKey,_,_)`` is.
    package func isSigned(_ loginKey: BoundLoginKey, as message: [UInt8], with key: VerificationKey) -> Bool {
        isSigned(loginKey, as: BoundMessage(message), with: key)
    }

    private func isSigned(_ loginKey: BoundLoginKey, as message: BoundMessage, with key: VerificationKey) -> Bool {
        switch (key, loginKey.signature) {
        case (.secret(let apiKey), .hs256(let code)):
            var hash = apiKey.keyedHash
            message.add(to: &hash)
            return KeyedHash.areEqualInConstantTime(hash.finalize(), code)
        case (.ed25519(let key), .ed25519(let signature)):
            return key.isValid(signature, for: message.array)
        case (.secret, .ed25519), (.ed25519, .hs256):
            return false
        }
    }

    /// What is wrong with an expiry; `nil` if nothing is.
    package func timeFault(expires: Int64, at now: Int64) -> LoginKeyError.Code? {
        guard now < expires else { return .expired }
        let (ahead, overflow) = expires.subtractingReportingOverflow(now)
        return overflow || ahead > LoginKey.maximumLifetime + clockTolerance ? .expiresTooLate : nil
    }
}

extension BoundLoginKey {
    func isFor(_ audience: LoginKeyAudience) -> Bool {
        text.utf8.span.extracting(audienceRange).hasSameBytes(as: audience.text.utf8.span)
    }

    func isFor(sessionKey: String?) -> Bool {
        text.utf8.span.extracting(session).hasSameBytes(as: (sessionKey ?? "").utf8.span)
    }
}
