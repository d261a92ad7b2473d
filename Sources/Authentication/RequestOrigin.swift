package import Accounts

/// Which page sent a request, as far as the browser says (`docs/threats.md#login-csrf` and
/// `docs/threats.md#cross-site-sockets`).
package enum RequestOrigin: Hashable, Sendable {
    /// One of our own pages, the user's own doing, or no browser at all.
    case own
    /// A link or a frame on another page: it may open a page, and the page's own policy says who may frame it.
    case link
    /// A page of another origin that posts or calls; `nil` if the browser does not say which.
    case foreign(Origin?)

    /// Whether a group lets such a request in.
    func isAllowed(by group: Group) -> Bool {
        switch self {
        case .own, .link: true
        case .foreign(let origin): origin.map(group.embeddingOrigins.contains) ?? false
        }
    }
}
