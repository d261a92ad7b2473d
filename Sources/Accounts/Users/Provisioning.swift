internal import Foundation
internal import LoginKey

/// What may be written into a user or a role: the documented lengths, and text that cannot deceive
/// (`docs/threats.md#unicode`).
package enum Provisioning {
    /// Checks every field of a user.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` naming the field.
    package static func check(_ user: User) throws(AccountsError) {
        if let partnerUserID = user.partnerUserID {
            try check(partnerUserID.text, field: "partnerUserID", limit: PartnerUserID.maximumLength)
        }
        try check(user.firstName, field: "firstName", limit: 49)
        try check(user.lastName, field: "lastName", limit: 49)
        try check(user.email, field: "email", limit: 127)
        try check(user.phone, field: "phone", limit: 31)
    }

    /// Checks the name of a group: at most 100 characters.
    ///
    /// - Throws: ``AccountsError/Code/invalidField``.
    package static func check(_ group: Group) throws(AccountsError) {
        try check(group.name, field: "name", limit: 100)
        try group.masks.check()
    }

    /// Checks name and description of a role.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` naming the field.
    package static func check(_ role: Role) throws(AccountsError) {
        try check(role.name, field: "name", limit: Role.maximumNameLength)
        try check(role.summary, field: "description", limit: Role.maximumSummaryLength)
    }

    /// Checks the length of a new password.
    ///
    /// - Throws: ``AccountsError/Code/invalidField``.
    package static func check(password: String) throws(AccountsError) {
        let range = PasswordHash.minimumLength...PasswordHash.maximumLength
        guard range.contains(password.unicodeScalars.count) else {
            throw AccountsError(
                code: .invalidField,
                message: "a password has \(range.lowerBound) to \(range.upperBound) characters"
            )
        }
    }

    /// Checks what is said about a visitor (`docs/protocol.md#visitors`).
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` naming the field.
    package static func check(_ visitor: Visitor) throws(AccountsError) {
        try check(visitor.name, field: "name", limit: 63)
        try check(visitor.email, field: "email", limit: 127)
        try check(visitor.phone, field: "phone", limit: 31)
    }

    /// Checks one text: at most `limit` characters, in normal form C, without control, bidirectional or zero-width
    /// characters and without blanks at either end.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` naming the field.
    package static func check(_ text: String, field: String, limit: Int) throws(AccountsError) {
        guard text.unicodeScalars.count <= limit else {
            throw AccountsError(code: .invalidField, message: "\(field) is longer than \(limit) characters")
        }
        guard text.unicodeScalars.allSatisfy(isHarmless) else {
            throw AccountsError(
                code: .invalidField,
                message: "\(field) holds control, bidirectional or zero-width characters"
            )
        }
        guard text.first?.isWhitespace != true, text.last?.isWhitespace != true else {
            throw AccountsError(code: .invalidField, message: "\(field) begins or ends with a blank")
        }
        guard isNormalFormC(text) else {
            throw AccountsError(code: .invalidField, message: "\(field) is not in Unicode normal form C")
        }
    }

    /// Whether the text is in Unicode normal form C.
    package static func isNormalFormC(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 } || normalFormC(text).utf8.elementsEqual(text.utf8)
    }

    /// The text in Unicode normal form C.
    package static func normalFormC(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping
    }

    /// The text in Unicode normal form D.
    package static func normalFormD(_ text: String) -> String {
        text.decomposedStringWithCanonicalMapping
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
