package import Accounts
package import Authentication
package import HTTPTypes
package import Hummingbird

extension RequestOrigin {
    /// Where a request comes from, as far as the browser says.
    ///
    /// `Sec-Fetch-Site` takes precedence over `Origin`: a page with `Referrer-Policy: no-referrer` posts its forms with
    /// `Origin: null`, also to itself.
    package init(_ request: Request, own: Set<Origin>) {
        self.init(
            origin: request.headers[.origin],
            fetchSite: request.headers[.secFetchSite],
            isGet: request.method == .get,
            own: own
        )
    }

    /// The same for the fields that matter.
    package init(origin text: String?, fetchSite: String?, isGet: Bool = false, own: Set<Origin>) {
        let origin = text.flatMap { Origin($0) }
        switch fetchSite {
        case "same-origin", "none": self = .own
        case .some: self = isGet && origin == nil ? .link : .foreign(origin)
        case nil:
            guard text != nil else {
                self = .own
                return
            }
            self = origin.map { own.contains($0) ? .own : .foreign($0) } ?? .foreign(nil)
        }
    }
}

extension HTTPFields {
    /// Whether a browser says that the answer is for a frame, or for anything else that is not a whole page.
    package var isForFrame: Bool { self[.secFetchDestination].map { $0 != "document" } ?? false }
}

extension HTTPField.Name {
    /// `Sec-Fetch-Site`.
    package static let secFetchSite = constant("Sec-Fetch-Site")
    /// `Sec-Fetch-Dest`.
    package static let secFetchDestination = constant("Sec-Fetch-Dest")
    /// `X-Forwarded-For`.
    package static let forwardedFor = constant("X-Forwarded-For")
    /// `Forwarded`.
    package static let forwarded = constant("Forwarded")
    /// `X-Correlation-ID`.
    package static let correlationID = constant("X-Correlation-ID")
    /// `Referrer-Policy`.
    package static let referrerPolicy = constant("Referrer-Policy")
    /// `Permissions-Policy`.
    package static let permissionsPolicy = constant("Permissions-Policy")
    /// `Cross-Origin-Resource-Policy`.
    package static let resourcePolicy = constant("Cross-Origin-Resource-Policy")

    private static func constant(_ text: String) -> Self {
        guard let name = Self(text) else { preconditionFailure("\(text) is not a field name") }
        return name
    }
}
