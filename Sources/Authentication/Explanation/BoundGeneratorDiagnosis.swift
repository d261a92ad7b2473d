package import LoginKey

/// Finds out what is wrong with a LoginKey of version 2 whose parts and API key are known.
package struct BoundGeneratorDiagnosis {
    private let partnerID: PartnerID
    private let partnerUserID: PartnerUserID
    private let expires: String
    private let keyID: Int64
    private let target: String
    private let key: VerificationKey

    /// Makes a diagnosis of keys for these values.
    ///
    /// - Parameters:
    ///   - partnerID: The group.
    ///   - partnerUserID: The user.
    ///   - expires: The ten digits of the expiry.
    ///   - keyID: The id of the API key.
    ///   - purpose: What the key is for.
    ///   - audience: The server.
    ///   - key: What checks the signature.
    package init(
        partnerID: PartnerID,
        partnerUserID: PartnerUserID,
        expires: String,
        keyID: Int64,
        purpose: LoginKeyPurpose,
        audience: LoginKeyAudience,
        key: VerificationKey
    ) {
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
        self.expires = expires
        self.keyID = keyID
        self.target = "\(purpose)@\(audience)"
        self.key = key
    }

    /// What is wrong with an answer; `nil` if nothing is.
    package func explain(_ answer: String) -> String? {
        let lines = answer.split(whereSeparator: \.isNewline).count
        guard lines == 1 else {
            return lines == 0 ? "it printed nothing" : "it printed \(lines) lines; print the LoginKey alone"
        }
        guard !answer.hasPrefix("$1$") else { return "this is a LoginKey of version 1" }
        do {
            return fault(in: try BoundLoginKey(parsing: answer))
        } catch {
            return error.message
        }
    }

    private func fault(in loginKey: BoundLoginKey) -> String? {
        let parts = [
            ("algorithm", loginKey.algorithm.rawValue, key.algorithm.rawValue),
            ("key id", "\(loginKey.keyID)", "\(keyID)"), ("expiry", "\(loginKey.expires)", expires),
            ("purpose and audience", "\(loginKey.purposeText)@\(loginKey.audience)", target),
        ]
        let wrong = parts.filter { $0.1 != $0.2 }.map { "the \($0) is \($1) and not \($2), which it was given" }
        guard wrong.isEmpty else { return wrong.joined(separator: "; ") }
        guard !LoginKeyVerifier().isSigned(loginKey, for: partnerUserID, in: partnerID, with: key) else { return nil }
        let diagnosis = BoundSignatureDiagnosis(
            loginKey: loginKey,
            partnerID: partnerID.text,
            partnerUserID: partnerUserID.text,
            key: key
        )
        return diagnosis.mistake()
            ?? "the signature is of something else: sign the line LoginKey-2, the key up to its signature, PartnerId and "
            + "PartnerUserId, joined by line feeds, as UTF-8"
    }
}
