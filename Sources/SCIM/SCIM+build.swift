package import HTTPCore
package import Hummingbird
internal import WireCodec

/// Provisioning by SCIM 2.0 (RFC 7643, RFC 7644): users, and roles as groups, for identity providers.
///
/// Everything but the three discovery endpoints needs the token of an administrator, which decides the group too.
/// A user has one role at most: adding a user to a second group moves the user, and taking a user out of a group leaves
/// the privileges of the whole Latchkey group, because a role only narrows (`docs/protocol.md#roles`).
package struct SCIM: Sendable {
    private let signInService: SignInService
    private let site: WebSite

    /// Makes the services.
    ///
    /// - Parameters:
    ///   - signInService: The way of every sign-in.
    ///   - site: Where this installation is reached; its public URL begins every `location`.
    package init(signInService: SignInService, site: WebSite) {
        self.signInService = signInService
        self.site = site
    }

    /// Adds all routes: everything below `/scim/v2`.
    package func addRoutes(to router: Router<WebContext>) {
        let links = ResourceLinks(publicURL: site.publicURL.text)
        SCIMController(signInService: signInService, links: links, turns: ChangeTurns()).addRoutes(to: router)
    }
}
