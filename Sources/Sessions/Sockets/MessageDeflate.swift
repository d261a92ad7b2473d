/// The WebSocket extension `permessage-deflate` (RFC 7692 section 7), without context takeover in either direction.
///
/// Each message is compressed by itself. So the server passes on what a sender has compressed, to whoever takes it and
/// whenever they come, and compresses nothing itself; it reads each such message once to know that it is one.
package enum MessageDeflate {
    /// What the server answers to an offer that it takes.
    package static let agreement = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    /// Whether there is an offer among a client's extensions that the server can take.
    ///
    /// - Parameter fields: The values of `Sec-WebSocket-Extensions`. What is malformed counts as not offered.
    /// - Returns: Whether to answer with ``agreement``.
    package static func isOffered(_ fields: [String]) -> Bool {
        let offers = fields.flatMap { $0.split(separator: ",") }
        // A comma in quotes parts nothing; no parameter of this extension has one.
        return offers.allSatisfy { $0.count { $0 == "\"" }.isMultiple(of: 2) } && offers.contains(where: canTake)
    }

    private static func canTake(_ offer: Substring) -> Bool {
        let parts = offer.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        guard parts.first?.lowercased() == "permessage-deflate" else { return false }
        let parameters = parts.dropFirst()
            .map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed) }
        let names = parameters.map { $0.first?.lowercased() ?? "" }
        guard Set(names).count == names.count else { return false }
        return zip(names, parameters)
            .allSatisfy { name, parameter in
                switch name {
                case "server_no_context_takeover", "client_no_context_takeover": parameter.count == 1
                case "client_max_window_bits": parameter.count == 1 || isWindow(parameter[1])
                // What is passed on has the window of its sender: no smaller one can be promised.
                default: false
                }
            }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return text[first...last]
    }

    private static func isWindow(_ text: Substring) -> Bool {
        let isQuoted = text.count > 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        return ["8", "9", "10", "11", "12", "13", "14", "15"].contains(isQuoted ? text.dropFirst().dropLast() : text)
    }
}
