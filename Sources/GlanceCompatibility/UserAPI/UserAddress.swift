internal import LoginKey

/// The rule for user names that are given through the Partner User API, which is narrower than ``Username``.
enum UserAddress {
    /// Reads an address: 1 to 255 letters and digits, with `.` and `-` between them.
    ///
    /// - Throws: ``UserAPIError/Code/invalidField``.
    static func read(_ text: String) throws(UserAPIError) -> Username {
        guard text.utf8.allSatisfy(isAllowed), text.utf8.first.map(isAlphanumeric) == true,
            text.utf8.last.map(isAlphanumeric) == true, let username = try? Username(parsing: text)
        else {
            throw UserAPIError(
                .invalidField,
                "UserAddress is 1 to 255 letters and digits, with . and - between them; it is not an e-mail address.",
                .userAddress
            )
        }
        return username
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
