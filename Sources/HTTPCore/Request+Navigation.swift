internal import HTTPTypes
package import Hummingbird

extension Request {
    /// Whether a browser asks for something to show to people: an address that was opened, not one that a script fetched.
    package var isNavigation: Bool {
        guard method == .get || method == .head else { return false }
        return headers[.accept]?.lowercased().contains("text/html") ?? false
    }
}
