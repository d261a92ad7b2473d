internal import Accounts

/// The id of a resource: a positive whole number in its one spelling.
struct ResourceNumber: Sendable {
    /// The number.
    let value: Int64

    /// Reads an id; `nil` if it is not one, such as `+1`, `01` or `0`.
    init?(_ text: String) {
        guard let value = Int64(text), value > 0, String(value) == text else { return nil }
        self.value = value
    }
}

extension Role.ID {
    /// The id of the role's group: the number with a `g` before it, because no two resources of any kind may have the
    /// same id (RFC 7643 section 3.1).
    var groupID: String { "g\(number)" }

    /// Reads the id of a group; `nil` if it is not one.
    init?(groupID text: String) {
        guard text.hasPrefix("g"), let number = ResourceNumber(String(text.dropFirst())) else { return nil }
        self.init(number.value)
    }
}
