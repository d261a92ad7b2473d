internal import HTTPTypes
package import Hummingbird

/// The `GSSNID` cookie that every successful sign-in in a browser sets.
///
/// It works in a frame of another site (`SameSite=None; Partitioned`), where browsers keep it apart for each embedding
/// site. Without TLS and off the loopback it is `SameSite=Lax` and not `Secure`, and then works top-level only.
package struct SessionCookie: Sendable {
    private static let name = "GSSNID"

    private let isSecure: Bool

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
    package func set(_ value: String, on response: inout Response) {
        response.headers[.setCookie] = "\(Self.name)=\(value); \(attributes)"
    }

    /// Takes it back.
    package func clear(on response: inout Response) {
        response.headers[.setCookie] = "\(Self.name)=; Max-Age=0; \(attributes)"
    }

    private var attributes: String {
        "Path=/; HttpOnly; " + (isSecure ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax")
    }
}
