package import LoginKey

extension SessionKey {
    /// What a typed key that was read out may mean.
    ///
    /// - Parameter text: What was typed.
    /// - Returns: The key as it was typed, then, for the eight digits of a key of our own, without blanks and hyphens; empty if
    ///   it cannot be a key.
    package static func candidates(typed text: String) -> [SessionKey] {
        let blanks: Set<Character> = [" ", "\t", "\u{A0}"]
        let plain = text.filter { !blanks.contains($0) }
        let digits = plain.filter { $0 != "-" }
        let isOwn =
            digits.utf8.count == 8 && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let hasInnerBlanks =
            plain.count != text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.count
        let texts = (hasInnerBlanks ? [] : [plain]) + (isOwn && (hasInnerBlanks || digits != plain) ? [digits] : [])
        return texts.compactMap { SessionKey($0) }
    }
}

extension AccountStore {
    /// The key that was typed: that of an open session, if one of the possible keys has one.
    ///
    /// - Parameters:
    ///   - text: What was typed.
    ///   - partnerID: The group.
    /// - Returns: The key; `nil` if the text cannot be one.
    /// - Throws: ``AccountsError``.
    package func sessionKey(typed text: String, of partnerID: PartnerID) async throws(AccountsError) -> SessionKey? {
        let candidates = SessionKey.candidates(typed: text)
        guard candidates.count > 1 else { return candidates.first }
        for key in candidates where try await openSession(key, of: partnerID) != nil {
            return key
        }
        return candidates.first
    }
}
