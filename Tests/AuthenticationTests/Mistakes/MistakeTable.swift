import Foundation
import Testing

/// The table of `docs/mistakes.md`: what is written there is what the commands say.
struct MistakeTable {
    private static let introduction = """
        # Mistakes with LoginKeys, and what is said about them

        A LoginKey that was made wrongly is refused without a reason, so that nobody can guess one. Two commands on the
        administrator's own machine give the reason: `latchkey key explain` for what an integration has sent, and
        `latchkey conformance` for a program that makes LoginKeys. Neither shows a signature that would have been right.

        This table is made by the tests, which fail when it is not what the commands say. To write it anew:
        `LATCHKEY_WRITE_TABLES=1 swift test --filter LoginKeyMistakeTests`.

        | Mistake | `key explain` | `conformance` |
        | --- | --- | --- |

        """

    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/mistakes.md")

    private var rows: [String] = []

    /// Adds a mistake with what the two commands say of it; `nil` where it cannot come up.
    mutating func add(_ name: String, _ explained: String?, _ conformed: String?) {
        let cells = [name, explained ?? "–", explained == conformed ? "the same" : conformed ?? "–"]
        rows.append("| \(cells.map(Self.escaped).joined(separator: " | ")) |")
    }

    /// Compares the table with the document, or writes it.
    func check() throws {
        let text = Self.introduction + rows.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["LATCHKEY_WRITE_TABLES"] == "1" {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let document = try String(contentsOf: Self.file, encoding: .utf8)
        let missing = Set(text.split(separator: "\n")).subtracting(document.split(separator: "\n"))
        #expect(document.utf8.elementsEqual(text.utf8), "docs/mistakes.md lacks:\n\(missing.joined(separator: "\n"))")
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\", "|", "*", "_", "~", "<", ">", "`", "#", "$", "[", "]": result += "\\\(scalar)"
            case _ where scalar.properties.generalCategory == .control:
                result += "\\\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
