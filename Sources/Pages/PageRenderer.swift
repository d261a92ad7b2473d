package import Accounts
internal import Authentication
package import HTTPCore
package import HTTPTypes
package import Hummingbird
internal import Mustache

/// Turns templates into pages: one layout, pinned scripts and styles, one policy per page.
package struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let assets: AssetCatalog
    private let site: WebSite

    /// Makes a renderer.
    ///
    /// - Parameters:
    ///   - site: Where this installation is reached.
    ///   - assets: The scripts and styles.
    ///   - templates: Templates in addition to our own, by name.
    /// - Throws: An error of Mustache for a template that it cannot read.
    package init(site: WebSite, assets: AssetCatalog, adding templates: [String: [UInt8]] = [:]) throws {
        let own = [
            "layout": PackageResources.layout_mustache, "viewer": PackageResources.viewer_mustache,
            "front": PackageResources.front_mustache,
            "login": PackageResources.login_mustache, "signedin": PackageResources.signedin_mustache,
            "join": PackageResources.join_mustache, "switch": PackageResources.switch_mustache,
            "error": PackageResources.error_mustache, "visit": PackageResources.visit_mustache,
            "start": PackageResources.start_mustache, "loginkey": PackageResources.loginkey_mustache,
            "loginkeytest": PackageResources.loginkeytest_mustache, "panel": PackageResources.panel_mustache,
            "nopermission": PackageResources.nopermission_mustache,
            "ssodone": PackageResources.ssodone_mustache,
            "code": PackageResources.code_mustache, "enrolment": PackageResources.enrolment_mustache,
            "recoverycodes": PackageResources.recoverycodes_mustache,
            "secondfactor": PackageResources.secondfactor_mustache,
            "securitykey": PackageResources.securitykey_mustache,
            "forgotten": PackageResources.forgotten_mustache, "linksent": PackageResources.linksent_mustache,
            "newpassword": PackageResources.newpassword_mustache,
            "passwordchanged": PackageResources.passwordchanged_mustache,
        ]
        let texts = own.merging(templates) { _, newer in newer }
        self.library = MustacheLibrary(
            templates: try texts.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) }
        )
        self.assets = assets
        self.site = site
    }

    /// What a page is made of.
    package struct Page {
        /// The name of the template in the page's middle.
        package var template: String
        /// The title, escaped when it is rendered.
        package var title: String
        /// Names of our own scripts, in the order in which they run, after the one that all pages have.
        package var scripts: [String] = []
        /// What the template shows; texts are escaped when it is rendered.
        package var data: [String: Any] = [:]
        /// Whose pages may frame it; none if empty.
        package var ancestors: [Origin] = []
        /// Hosts whose pages may frame it too, as patterns such as `https://*.crm.example`.
        package var ancestorPatterns: [String] = []
        /// Whether it has one of our own pages in a frame.
        package var framesOwnPages = false
        /// The paths of the WebSockets that its scripts open in addition to a session's.
        package var socketPaths: [String] = []

        /// Makes a page without scripts of its own, which nobody may frame.
        package init(_ template: String, title: String, data: [String: Any] = [:]) {
            self.template = template
            self.title = title
            self.data = data
        }
    }

    /// Renders a page.
    package func render(
        _ page: Page,
        status: HTTPResponse.Status = .ok,
        _ context: WebContext
    ) throws -> Response {
        guard let content = library.render(page.data, withTemplate: page.template),
            let html = library.render(layout(page, content), withTemplate: "layout")
        else { throw AnswerError.unavailable }
        var response = Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
        response.headers[.contentSecurityPolicy] = SecurityHeaders.pagePolicy(
            ancestors: page.ancestors.map(\.text) + page.ancestorPatterns,
            framesOwnPages: page.framesOwnPages,
            sockets: site.allSessionServers + site.sockets(page.socketPaths)
        )
        response.headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=()"
        return response
    }

    /// Whom a page is for.
    package enum Audience: Sendable {
        case agent
        case visitor
        /// Whoever opened an address.
        case anybody
    }

    /// The page for an error if a browser opened an address; `nil` for what a program asked for.
    package func page(for error: AnswerError, _ request: Request, _ context: WebContext) -> Response? {
        guard request.isNavigation else { return nil }
        return try? render(error, for: .anybody, context)
    }

    /// Answers with a page for a signed-in agent, which pages of the group's origins may frame.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - grant: Who is signed in.
    ///   - status: The status.
    ///   - context: The request.
    /// - Returns: The answer.
    /// - Throws: An error of rendering.
    func render(
        _ page: Page,
        for grant: Grant,
        status: HTTPResponse.Status = .ok,
        _ context: WebContext
    ) throws -> Response {
        var page = page
        page.ancestors = grant.group.embeddingOrigins
        return try render(page, status: status, context)
    }

    /// Renders an error, as seen from outside, as a page that says what to do next.
    package func render(
        _ error: any Error,
        for audience: Audience = .agent,
        ancestors: [Origin] = [],
        _ context: WebContext
    ) throws -> Response {
        let cause = error
        let error = AnswerError(cause)
        if error == .unavailable { context.logFailure(cause) }
        let content = ErrorPageContent(error, for: audience)
        var data: [String: Any] = [
            "title": content.title, "message": content.message, "steps": content.steps,
            "correlationID": context.correlationID.text,
        ]
        data["link"] = content.link.map { ["href": $0.href, "text": $0.text] }
        var page = Page("error", title: content.title, data: data)
        page.ancestors = ancestors
        return try render(page, status: error.status, context)
    }

    private func layout(_ page: Page, _ content: String) -> [String: Any] {
        [
            "title": page.title,
            "bodyClass": "page-\(page.template)",
            "styleIntegrity": assets.integrity(of: "latchkey.css"),
            "scripts": (["address.js"] + page.scripts).map { ["name": $0, "integrity": assets.integrity(of: $0)] },
            "content": content,
        ]
    }
}
