internal import SystemSupport

extension [(String, String)] {
    /// Names and values for people, one per line; empty values are left out.
    var lines: String {
        let shown = filter { !$0.1.isEmpty }
        let width = shown.map(\.0.count).max() ?? 0
        return
            shown.map { name, value in
                name + String(repeating: " ", count: width - name.count) + "  " + TerminalText.harmless(value)
            }
            .joined(separator: "\n")
    }
}
