internal import Foundation

/// What a group has masked on its visitors' pages, before anything leaves their browsers (`docs/visitor-script.md`).
package struct MaskSelectors: Hashable, Sendable {
    /// The most selectors.
    package static let maximumCount = 50
    /// The most characters of one.
    package static let maximumLength = 200

    /// CSS selectors; what they match is masked, with all that is in it.
    package var selectors: [String]
    /// Whether everything is masked except what a page takes out itself.
    package var everything: Bool

    /// Makes a set; by itself it masks nothing.
    package init(selectors: [String] = [], everything: Bool = false) {
        self.selectors = selectors
        self.everything = everything
    }

    /// Checks number and form of the selectors; whether one is valid CSS is up to the browser, which masks everything
    /// if it is not.
    ///
    /// One that leaves a quote, a bracket or a comment open is valid by itself, and would swallow those after it: it is
    /// refused.
    ///
    /// - Throws: ``AccountsError/Code/invalidField``.
    package func check() throws(AccountsError) {
        guard selectors.count <= Self.maximumCount else {
            throw AccountsError(
                code: .invalidField,
                message: "a group has at most \(Self.maximumCount) mask selectors"
            )
        }
        for selector in selectors {
            let trimmed = selector.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !trimmed.isEmpty, trimmed == selector, selector.count <= Self.maximumLength,
                !selector.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
            else {
                throw AccountsError(
                    code: .invalidField,
                    message:
                        "a mask selector is one line of 1 to \(Self.maximumLength) characters, with no space around it"
                )
            }
            guard Self.isClosed(selector) else {
                throw AccountsError(
                    code: .invalidField,
                    message:
                        "this mask selector has a comment, or a quote or bracket that is not closed: \(selector)"
                )
            }
        }
    }

    private static func isClosed(_ selector: String) -> Bool {
        var open: [Unicode.Scalar] = []
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in selector.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if let current = quote {
                if scalar == current { quote = nil }
            } else {
                switch scalar {
                case "\"", "'": quote = scalar
                case "[": open.append("]")
                case "(": open.append(")")
                case "]", ")": guard open.popLast() == scalar else { return false }
                case "{", "}": return false
                default: break
                }
            }
        }
        return open.isEmpty && quote == nil && !isEscaped && !selector.contains("/*")
    }
}
