extension Origin {
    /// Reads an origin as a person writes it: with a slash at the end, too.
    ///
    /// - Throws: ``AccountsError/Code/invalidField``, saying what is wrong with it.
    package init(written text: String) throws(AccountsError) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let origin = Self(text) else {
            throw AccountsError(code: .invalidField, message: "\"\(text)\" is not an origin: \(Self.fault(in: text))")
        }
        self = origin
    }

    private static func fault(in text: String) -> String {
        let lowered = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowered.hasPrefix) else {
            return "it begins with https://, such as https://crm.example"
        }
        let rest = lowered.dropFirst(scheme.count)
        if rest.contains("*") { return "it names one host; give each host its own --origin" }
        if !rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            return "it is ASCII without blanks; write an international host name in its xn-- form"
        }
        if rest.contains("@") { return "it has no user name" }
        if rest.contains(where: { "/?#\\".contains($0) }) {
            return
                "it ends behind the host and port; leave the path out: \(scheme)\(rest.prefix { !"/?#\\".contains($0) })"
        }
        guard let origin = Self("https://" + rest) else { return "the host or the port is not valid" }
        // An `https` origin that can be read is one.
        return "plain http is for this machine only; use \(origin)"
    }
}
