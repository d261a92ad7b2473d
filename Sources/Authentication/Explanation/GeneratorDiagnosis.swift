package import LoginKey

/// Finds out what is wrong with a LoginKey whose ids, expiry and API key are known.
package struct GeneratorDiagnosis {
    private let partnerID: String
    private let partnerUserID: String
    private let expires: String
    private let apiKey: APIKey

    /// Makes a diagnosis of keys for these values.
    package init(partnerID: String, partnerUserID: String, expires: String, apiKey: APIKey) {
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
        self.expires = expires
        self.apiKey = apiKey
    }

    /// What is wrong with an answer that is not the right LoginKey.
    package func explain(_ answer: String) -> String {
        let lines = answer.split(whereSeparator: \.isNewline).count
        guard lines <= 1 else { return "it printed \(lines) lines; print the LoginKey alone, on one line" }
        let spelling = LoginKeySpelling(loginKey: answer)
        var findings = spelling.faults
        if let loginKey = spelling.corrected.flatMap({ try? LoginKey(parsing: $0) }) {
            findings += [mistake(in: loginKey, signed: [expires, spelling.wrongExpiry].compactMap(\.self))]
                .compactMap(\.self)
        }
        return findings.joined(separator: "; ")
    }

    /// What is wrong with the expiry and the signature; `nil` if nothing is.
    private func mistake(in loginKey: LoginKey, signed expiries: [String]) -> String? {
        let sent = "\(loginKey.expires)"
        let all = expiries + (expiries.contains(sent) ? [] : [sent])
        let isRight = all.map { expiry in
            let message = Array("\(partnerID)\(partnerUserID)1\(expiry)".utf8)
            return apiKey.withSecretBytes { SignatureDiagnosis.isSigned(loginKey.identity, message, $0) }
        }
        let other = sent == expires ? nil : "the expiry is \(sent) and not \(expires), which it was given"
        guard !isRight.contains(true) else { return other }
        let diagnosis = SignatureDiagnosis(
            partnerID: partnerID,
            partnerUserID: partnerUserID,
            expiries: all,
            apiKeys: [apiKey]
        )
        return diagnosis.mistake(in: loginKey) ?? other
            ?? "the signature is of something else: sign PartnerId, PartnerUserId, \"1\" and the expiry, with nothing "
            + "between them, as UTF-8, with the UTF-8 bytes of the API key"
    }
}
