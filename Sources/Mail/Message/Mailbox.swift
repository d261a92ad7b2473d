/// An address with what people call it: `Latchkey <noreply@support.example>`, or the address alone.
package struct Mailbox: Hashable, Sendable {
    /// What people call it; empty for nothing.
    package let name: String
    /// The address.
    package let address: MailAddress

    /// Makes a mailbox.
    package init(_ name: String, _ address: MailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads a mailbox as a setting has it; `nil` if there is no address in it.
    package init?(parsing text: String) {
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            guard let address = MailAddress(text) else { return nil }
            self.init("", address)
            return
        }
        guard let address = MailAddress(String(text[text.index(after: open)...].dropLast())) else { return nil }
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        if name.count >= 2, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        self.init(String(name), address)
    }

    /// The value of a header such as `From`.
    var header: String {
        guard !name.isEmpty else { return address.text }
        return "\(HeaderText.phrase(name)) <\(address.text)>"
    }
}
