public import LoginKey

extension PartnerUserID {
    /// The same Salesforce user's id in its other length; `nil` for everything else.
    ///
    /// Salesforce shows an id in 15 characters, or in 18: then three follow that say which of the letters are capitals.
    /// Both name one user. Taken for such ids are letters and digits that begin with `005`, and of the longer ones only
    /// those whose end is right. It helps to look a user up; a signature is over the id as it was presented.
    public var otherSalesforceSpelling: PartnerUserID? {
        let bytes = Array(text.utf8)
        guard bytes.count == 15 || bytes.count == 18, bytes.starts(with: "005".utf8),
            bytes.allSatisfy(Self.isLetterOrDigit)
        else { return nil }
        let short = bytes.prefix(15)
        let long = Array(short) + Self.ending(of: short)
        guard bytes.count == 15 || bytes == long else { return nil }
        return try? PartnerUserID(parsing: String(decoding: bytes.count == 15 ? long[...] : short, as: UTF8.self))
    }

    /// One character for each five: which of them are capitals, the first in the lowest bit.
    private static func ending(of short: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
        return (0..<3)
            .map { part in
                let five = short.dropFirst(5 * part).prefix(5)
                let index = five.enumerated().reduce(0) { $0 | (isCapital($1.element) ? 1 << $1.offset : 0) }
                return alphabet[index]
            }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }
}

extension AccountReference {
    /// The reference under which a store looks once more where nobody was found; `nil` where that is pointless.
    public var otherSpelling: Self? {
        guard case .partner(let partnerID, let partnerUserID) = self else { return nil }
        return partnerUserID.otherSalesforceSpelling.map { .partner(partnerID, $0) }
    }
}
