/// One token of JavaScript; comments and space are none.
struct Token {
    enum Kind {
        case name, number, string, regularExpression, punctuator
        /// Text of a template: from a backtick or a closing brace to a backtick or `${`.
        case template
    }

    var kind: Kind
    var text: String
    /// Whether it begins a line.
    var startsLine = false
    /// For a bracket, the place of its partner.
    var partner = -1

    /// Whether it is this punctuator or keyword.
    func `is`(_ text: String) -> Bool {
        (kind == .punctuator || kind == .name) && self.text == text
    }
}
