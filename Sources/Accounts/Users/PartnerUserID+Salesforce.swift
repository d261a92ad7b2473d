package import LoginKey

extension PartnerUserID {
    /// The same Salesforce user's id in its other length (``SalesforceID``); `nil` for everything else.
    ///
    /// Ids of users begin with `005`. It helps to look up a user; a signature is over the id as it was presented.
    package var otherSalesforceSpelling: PartnerUserID? {
        guard text.utf8.starts(with: "005".utf8), let other = SalesforceID.otherSpelling(of: text) else { return nil }
        return try? PartnerUserID(parsing: other)
    }

    /// Whether a text is this id, in this length or the other one; compared byte by byte.
    package func isSpelled(_ other: String) -> Bool {
        [text, otherSalesforceSpelling?.text].contains { $0?.utf8.elementsEqual(other.utf8) == true }
    }
}

extension AccountReference {
    /// The reference that a store tries next if nobody was found, or only a deleted user; `nil` where
    /// that is pointless.
    package var otherSpelling: Self? {
        guard case .partner(let partnerID, let partnerUserID) = self else { return nil }
        return partnerUserID.otherSalesforceSpelling.map { .partner(partnerID, $0) }
    }
}
