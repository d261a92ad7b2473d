/// The id of a resource: a positive whole number in its one spelling.
struct ResourceNumber: Sendable {
    /// The number.
    let value: Int64

    /// Reads an id; `nil` if it is none, such as `+1`, `01` or `0`.
    init?(_ text: String) {
        guard let value = Int64(text), value > 0, String(value) == text else { return nil }
        self.value = value
    }
}
