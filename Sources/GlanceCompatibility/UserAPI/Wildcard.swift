internal import Accounts

/// What a list is searched for: a text with `*` at either end, both or none; or `-none-`, for what is missing.
///
/// `*` alone finds whatever is there. A `*` within the text cannot be searched for.
struct Wildcard: Hashable, Sendable {
    /// Stands for a missing field, in any case.
    static let missing = "-none-"
    /// The most characters, the stars included.
    static let maximumLength = 257
    /// What is wrong with a text that cannot be read.
    static let rule = "has at most 257 characters, none of them a control character, and * at its ends only"

    /// How it is compared; `nil` where the field has to be missing.
    let comparison: UserFilter.Comparison?
    /// What is compared, without stars.
    let text: String

    /// Reads a text; `nil` if it breaks the ``rule``.
    init?(_ text: String) {
        guard text.unicodeScalars.count <= Self.maximumLength,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        var inner = text[...].unicodeScalars
        let isOpenAtStart = inner.first == "*"
        if isOpenAtStart { inner.removeFirst() }
        let isOpenAtEnd = inner.last == "*"
        if isOpenAtEnd { inner.removeLast() }
        guard !inner.contains("*") else { return nil }
        self.text = String(inner)
        self.comparison =
            switch (isOpenAtStart, isOpenAtEnd) {
            case (true, true): .contains
            case (true, false): .ends
            case (false, true): .begins
            case (false, false): text.lowercased() == Self.missing ? nil : .equals
            }
    }

    /// The condition on a field.
    func filter(_ field: UserFilter.Field) -> UserFilter {
        comparison.map { .text(field, $0, text) } ?? .isMissing(field)
    }
}
