internal import WireCodec

/// What a visitor's page says about itself and the browser that shows it; empty where it says nothing.
///
/// It is only the visitor's word: shown to agents, and decides nothing.
package struct VisitorPage: Equatable, Sendable {
    /// The page's address, without query and fragment.
    package var url = ""
    /// The browser's name.
    package var browser = ""
    /// The browser's version.
    package var browserVersion = ""
    /// The operating system.
    package var platform = ""

    /// Describes nothing.
    package init() {}

    /// What ``init(_:)`` reads.
    static let members: Set = ["url", "browser", "browserver", "platform"]

    /// Reads what an announcement says about it; what is too long is left out.
    init(_ fields: FieldSet) {
        url = Self.text(fields["url"], 1024)
        browser = Self.text(fields["browser"], 63)
        browserVersion = Self.text(fields["browserver"], 63)
        platform = Self.text(fields["platform"], 63)
    }

    private static func text(_ text: String?, _ maximum: Int) -> String {
        guard let text, text.utf8.count <= maximum else { return "" }
        return text
    }
}

/// A visitor who is present, as agents are told.
package struct PresentVisitor: Equatable, Sendable {
    /// What agents read, up to 63 characters.
    package var name: String
    /// The page that they are on.
    package var page: VisitorPage

    /// Describes a visitor.
    package init(name: String, page: VisitorPage = VisitorPage()) {
        self.name = name
        self.page = page
    }
}
