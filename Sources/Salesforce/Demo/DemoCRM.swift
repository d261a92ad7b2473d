internal import Accounts
package import HTTPCore
package import Hummingbird
package import LoginKey
package import Pages
internal import WireCodec
internal import WireProtocol

/// A small stand-in for Salesforce: records that embed the panel as Canvas does, in a frame that receives the signed
/// request by POST.
///
/// Served only by `latchkey demo`.
package struct DemoCRM: Sendable {
    /// What the stand-in shares with Latchkey: the organisation, the group and the Canvas app's secret.
    package struct Configuration: Sendable {
        /// The organisation's id, 18 characters.
        package let organizationID: String
        /// The group.
        package let partnerID: PartnerID
        /// The secret that signed requests are signed with.
        package let consumerSecret: String
        /// Who uses the CRM.
        package let users: [DemoUser]

        /// Makes a configuration.
        package init(organizationID: String, partnerID: PartnerID, consumerSecret: String, users: [DemoUser]) {
            self.organizationID = organizationID
            self.partnerID = partnerID
            self.consumerSecret = consumerSecret
            self.users = users
        }
    }

    private let configuration: Configuration
    private let renderer: PageRenderer
    private let origin: String

    /// Makes the stand-in.
    ///
    /// - Parameters:
    ///   - configuration: What is in the CRM.
    ///   - site: Where its pages are loaded.
    ///   - renderer: Renders them.
    package init(configuration: Configuration, site: WebSite, renderer: PageRenderer) {
        self.configuration = configuration
        self.origin = Origin(site.publicURL)?.text ?? ""
        self.renderer = renderer
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        router.get("/demo/crm") { request, context in
            try home(user(request), context)
        }
        router.get("/demo/crm/{type}/{id}") { request, context in
            let type = try context.parameters.require("type")
            let id = try context.parameters.require("id")
            guard let record = DemoRecord.all.first(where: { $0.path == "\(type)/\(id)" }) else {
                return try renderer.render(AnswerError.notFound, context)
            }
            return try show(record, user(request), context)
        }
    }

    private func user(_ request: Request) -> DemoUser {
        let key = request.uri.queryParameters["user"].map(String.init)
        return configuration.users.first { $0.key == key } ?? configuration.users[0]
    }

    private func home(_ user: DemoUser, _ context: WebContext) throws -> Response {
        let query = query(user)
        let sections = ["Contact", "Lead", "Case"]
            .map { type in
                let records = DemoRecord.all.filter { $0.type == type }
                return [
                    "title": "\(type)s",
                    "records": records.map { ["path": $0.path + query, "name": $0.name, "summary": $0.summary] },
                ] as [String: Any]
            }
        let data: [String: Any] = [
            "userName": user.name,
            "sections": sections,
            "users": configuration.users.map { ["key": $0.key, "name": $0.name, "summary": $0.summary] },
        ]
        return try renderer.render(PageRenderer.Page("crmhome", title: "Demo CRM", data: data), context)
    }

    private func show(_ record: DemoRecord, _ user: DemoUser, _ context: WebContext) throws -> Response {
        let name = PercentEncoding.encode(record.customer)
        let visit = "\(Path.visit)?groupid=\(configuration.partnerID)&visitorid=\(record.id)&name=\(name)"
        var page = PageRenderer.Page(
            "crmrecord",
            title: record.name,
            data: [
                "name": record.name, "type": record.type, "userName": user.name, "userQuery": query(user),
                "fields": record.fields.map { ["label": $0.0, "value": $0.1] },
                "visitURL": visit, "shopURL": DemoShop.url(of: record),
                "signedRequest": try signedRequest(record, user, context),
            ]
        )
        page.scripts = ["crm.js"]
        page.framesOwnPages = true
        return try renderer.render(page, context)
    }

    private func query(_ user: DemoUser) -> String {
        user.key == configuration.users[0].key ? "" : "?user=\(user.key)"
    }

    /// The signed request that Salesforce would post, with the members that its documentation names.
    private func signedRequest(_ record: DemoRecord, _ user: DemoUser, _ context: WebContext) throws -> String {
        let body: [String: Any] = [
            "algorithm": "HMACSHA256",
            "issuedAt": context.seconds,
            "userId": user.userID,
            "client": [
                "instanceUrl": "https://demo.example", "oauthToken": context.correlationID.text,
                "instanceId": "Panel:Latchkey", "targetOrigin": origin,
            ],
            "context": [
                "user": [
                    "userId": user.userID, "userName": user.userName, "fullName": user.name, "email": user.userName,
                ],
                "organization": ["organizationId": configuration.organizationID, "name": "Demo"],
                "environment": [
                    "displayLocation": "Visualforce",
                    "parameters": ["recordId": record.id, "recordType": record.type],
                    "record": ["Id": record.id, "attributes": ["type": record.type]],
                ],
            ],
        ]
        let json = try JSONText.encode(body)
        return SignedRequest.sign(json, with: configuration.consumerSecret)
    }
}
