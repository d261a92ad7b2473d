internal import Accounts
package import Authentication
package import HTTPCore
package import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireProtocol

/// The panel beside a record, whoever vouches for its agent: Salesforce, a connected provider, or a sign-in.
package struct PanelPage: Sendable {
    let signInService: SignInService
    let site: WebSite
    let renderer: PageRenderer

    /// Makes the page of one installation.
    package init(signInService: SignInService, site: WebSite, renderer: PageRenderer) {
        self.signInService = signInService
        self.site = site
        self.renderer = renderer
    }

    /// Renders the result of a decision on the agent: the buttons, or whom to ask for them.
    ///
    /// Pages of the group's origins may frame it.
    ///
    /// - Parameters:
    ///   - decision: The decision; refused because of ``RefusalReason/alreadyUsed``, nothing is shown.
    ///   - subject: Whom and what it is about.
    ///   - context: The request.
    ///   - attempt: What was decided on; a refusal is counted, and has its line in the log.
    /// - Returns: The page.
    /// - Throws: ``SignInRefusal``, an error of the store, or of rendering.
    package func render(
        _ decision: Decision,
        _ subject: PanelSubject,
        _ context: WebContext,
        _ attempt: Attempt
    ) async throws -> Response {
        switch decision {
        case .granted(let grant):
            let actions = PanelAction.all.filter {
                grant.privileges.isSuperset(of: $0.required) && ($0.kind != .join || subject.hasVisitor)
            }
            guard !actions.isEmpty else { return try noPermission(subject, grant.group, context) }
            return try panel(grant, actions, subject, context)
        case .refused(let reason):
            guard reason != .alreadyUsed,
                let group = try await signInService.authenticator.store.group(subject.partnerID)
            else { throw SignInRefusal(reason) }
            signInService.count(reason, attempt)
            return try noPermission(subject, group, context)
        }
    }

    private func panel(
        _ grant: Grant,
        _ actions: [PanelAction],
        _ subject: PanelSubject,
        _ context: WebContext
    ) throws -> Response {
        let data: [String: Any] = [
            "token": try token(grant, subject, context),
            "agentName": grant.user.displayName,
            "customer": subject.record?.customer ?? "a customer",
            "buttons": actions.map { action in
                [
                    "action": action.name, "label": action.label, "isFirst": action.isFirst,
                    "opensClient": action.opensClient,
                ]
            },
            "usesClient": grant.privileges.contains(.desktopClient),
            "installURL": site.installURL, "canInstall": !site.installURL.isEmpty,
            "canvasOrigin": subject.canvasFrame?.origin.text ?? "",
            "canvasInstance": subject.canvasFrame?.instance ?? "",
            "asksZendesk": subject.zendeskFrame != nil,
            "zendeskOrigin": subject.zendeskFrame?.origin.text ?? "",
            "zendeskApp": subject.zendeskFrame?.appID ?? "", "zendeskPath": subject.zendeskFrame?.path ?? "",
            "correlationID": (grant.correlationID ?? context.correlationID).text,
            "origins": grant.group.embeddingOrigins.map(\.text).joined(separator: " "),
        ]
        let watch = watch(grant, subject, context)
        var page = PageRenderer.Page("panel", title: "Latchkey", data: data.merging(watch) { old, _ in old })
        page.scripts = ["launch.js", "presence.js", "events.js", "zendesk.js", "panel.js"]
        page.socketPaths = [Path.agentSocket]
        return try renderer.render(page, for: grant, context)
    }

    private func token(_ grant: Grant, _ subject: PanelSubject, _ context: WebContext) throws -> String {
        let claims = PanelClaims(
            voucher: subject.voucher,
            partnerID: grant.group.partnerID,
            partnerUserID: subject.partnerUserID,
            root: grant.root,
            record: subject.record?.id ?? "",
            signInEnds: grant.signInEnds,
            issuedAt: context.seconds
        )
        return try signInService.authenticator.signers.panel.sign(claims)
    }

    private func noPermission(_ subject: PanelSubject, _ group: Group, _ context: WebContext) throws -> Response {
        var page = PageRenderer.Page(
            "nopermission",
            title: "Latchkey",
            data: ["partnerUserID": subject.partnerUserID.text, "correlationID": context.correlationID.text]
        )
        page.ancestors = group.embeddingOrigins
        return try renderer.render(page, context)
    }
}
