internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import WireCodec
internal import WireProtocol

// Zendesk's signed request names the agent and not the ticket: the panel asks the page around it (`docs/crm.md#zendesk`).

extension PanelController {
    /// The frame of a Zendesk app, whose page is of a listed origin, if the app's address asks for the record there.
    func zendeskFrame(
        _ values: FieldSet,
        _ partnerID: PartnerID
    ) async throws -> PanelSubject.ZendeskFrame? {
        guard let path = values.nonEmpty(ParameterName.zendesk) else { return nil }
        guard path.utf8.count <= 100, path.wholeMatch(of: /[a-z]+(\.[A-Za-z]+)+/) != nil,
            let appID = values.nonEmpty("app_guid"), appID.wholeMatch(of: /[A-Za-z0-9-]{1,64}/) != nil
        else {
            throw AnswerError.badRequest("zendesk is a path such as ticket.requester.id; app_guid comes from Zendesk")
        }
        guard let origin = values.nonEmpty("origin").flatMap({ Origin($0) }),
            let group = try await signInService.authenticator.store.group(partnerID),
            group.embeddingOrigins.contains(origin)
        else { return nil }
        return PanelSubject.ZendeskFrame(origin: origin, appID: appID, path: path)
    }
}
