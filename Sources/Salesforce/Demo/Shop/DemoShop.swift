internal import Accounts
package import HTTPCore
internal import HTTPTypes
package import Hummingbird
package import LoginKey
internal import Pages
internal import WireProtocol

/// A small shop, as the site of a customer whose visitors are helped: it carries the visitor's tag under a strict policy.
///
/// Served only by `latchkey demo`.
package struct DemoShop: Sendable {
    /// Where the shop is.
    static let path = "/demo/shop"

    private let partnerID: PartnerID
    private let site: WebSite

    /// Makes the shop.
    ///
    /// - Parameters:
    ///   - partnerID: The group whose agents help its visitors.
    ///   - site: Where this installation is reached.
    package init(partnerID: PartnerID, site: WebSite) {
        self.partnerID = partnerID
        self.site = site
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        for path in [Self.path, Self.path + "/p/{id}"] {
            router.get(RouterPath(path)) { request, _ in
                page(PackageResources.shop_html, for: request)
            }
        }
        router.get(RouterPath(Self.path + "/checkout")) { request, _ in
            page(PackageResources.shop_checkout_html, for: request)
        }
        for asset in ShopFiles.all {
            router.get(RouterPath(Self.path + "/static/" + asset.name)) { _, _ in asset.response }
        }
    }

    /// The address at which a customer of the demo CRM looks at the shop.
    static func url(of record: DemoRecord) -> String {
        "\(path)?visitorid=\(record.id)"
    }

    private func page(_ template: [UInt8], for request: Request) -> Response {
        let visitor = DemoRecord.all.first { $0.id == request.uri.queryParameters["visitorid"].map(String.init) }
        var html = String(decoding: template, as: UTF8.self)
        for (name, value) in values(for: visitor ?? rememberedVisitor(request), language(request)) {
            html.replace("{{\(name)}}", with: value)
        }
        var response = Response(
            status: .ok,
            headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
        if let visitor {
            response.headers[.setCookie] = "\(Self.cookie)=\(visitor.id); Path=\(Self.path); HttpOnly; SameSite=Lax"
        }
        return response
    }

    private static let cookie = "demoshopper"

    /// Who has come from the CRM before: the shop knows them on its other pages as a real one would by their sign-in.
    private func rememberedVisitor(_ request: Request) -> DemoRecord? {
        let id = request.cookies[Self.cookie]?.value
        return DemoRecord.all.first { $0.id == id }
    }

    /// What is filled into a page; nothing of it comes from the request as it is.
    private func values(for visitor: DemoRecord?, _ language: String) -> [(String, String)] {
        [
            ("tag", "/visitor.js"), ("groupID", partnerID.text), ("visitorID", visitor?.id ?? ""),
            ("name", visitor?.customer ?? ""), ("language", language),
        ]
    }

    private func language(_ request: Request) -> String {
        let wanted = request.uri.queryParameters["lang"].map(String.init) ?? ""
        return ["de", "fr"].contains(wanted) ? wanted : "en"
    }

    /// What a site has to allow for the visitor's script, and nothing else beside its own files.
    private var policy: String {
        let sockets = (site.allSessionServers + site.sockets([Path.visitorSocket])).joined(separator: " ")
        return [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
            "connect-src 'self' \(sockets)", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ]
        .joined(separator: "; ")
    }
}
