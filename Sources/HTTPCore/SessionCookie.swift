internal import HTTPTypes
package import Hummingbird

/// The `GSSNID` cookie that every successful sign-in in a browser sets.
///
/// Set in a frame of another site it is `Partitioned`: browsers keep it apart for each embedding site, also where they
/// refuse other cookies of third parties. Set in a window it is not, so that the page that opened the window can send
/// it with `/agent/message` (`docs/protocol.md#agent-message`). Without TLS and off the loopback it is `SameSite=Lax`
/// and not `Secure`, and then works top-level only.
package struct SessionCookie: Sendable {
    private static let name = "GSSNID"

    private let isSecure: Bool

    /// Makes the cookie's rule.
    ///
    /// - Parameter isSecure: Whether pages are reached by TLS or on the loopback, so that `Secure` cookies work.
    package init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    /// The id that the request brought.
    package func read(_ request: Request) -> String? {
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                if pair.hasPrefix("\(Self.name)=") { return String(pair.dropFirst(Self.name.utf8.count + 1)) }
            }
        }
        return nil
    }

    /// Sets it, for as long as the browser is open.
    package func set(_ value: String, on response: inout Response, for request: Request) {
        response.headers[.setCookie] = "\(Self.name)=\(value); \(attributes(for: request))"
    }

    /// Removes it.
    package func clear(on response: inout Response, for request: Request) {
        response.headers[.setCookie] = "\(Self.name)=; Max-Age=0; \(attributes(for: request))"
    }

    private func attributes(for request: Request) -> String {
        guard isSecure else { return "Path=/; HttpOnly; SameSite=Lax" }
        let isFramed = request.headers.isForFrame
        return "Path=/; HttpOnly; Secure; SameSite=None" + (isFramed ? "; Partitioned" : "")
    }
}
