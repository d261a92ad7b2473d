/// The field `Forwarded` (RFC 7239 section 4), as far as it says whom each proxy was asked by.
enum ForwardedField {
    /// The nodes after `for=`, one for each hop, first to last; an empty text for a hop that names none or two.
    static func nodes(_ field: String) -> [String] {
        split(field, at: ",").map(node)
    }

    private static func node(_ element: String) -> String {
        let values = split(element, at: ";")
            .compactMap { pair -> String? in
                guard let equals = pair.firstIndex(of: "="),
                    pair[..<equals].trimmingBlanks.lowercased() == "for"
                else { return nil }
                return unquoted(pair[pair.index(after: equals)...].trimmingBlanks)
            }
        return values.count == 1 ? values[0] : ""
    }

    private static func unquoted(_ value: Substring) -> String {
        guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return String(value) }
        return String(value.dropFirst().dropLast())
    }

    /// Splits at separators that are not within quotes.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var (parts, part) = ([String](), "")
        var (isQuoted, isEscaped) = (false, false)
        for character in text {
            if character == separator, !isQuoted {
                parts.append(part)
                part = ""
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            part.append(character)
        }
        return parts + [part]
    }
}
