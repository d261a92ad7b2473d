/// The wire names of parameters, in lower case; they are matched without regard to case (`docs/protocol.md#pages`).
package enum ParameterName {
    /// The group: 1 to 10 digits.
    package static let partnerID = "partnerid"
    /// The user within the group, decoded; may hold `~` and a LoginKey behind it.
    package static let partnerUserID = "partneruserid"
    /// A LoginKey: 57 characters, or up to 512 of version 2.
    package static let loginKey = "loginkey"
    /// A user name of the installation; may hold `~` and a LoginKey behind it.
    package static let username = "username"
    /// A password.
    package static let password = "password"
    /// A new password, in the form of a link that sets one.
    package static let newPassword = "newpassword"
    /// The new password once more.
    package static let repeatedPassword = "repeatedpassword"
    /// A code of a second factor, or a recovery code.
    package static let code = "code"
    /// What somebody wants who changes their second factor: `app`, `security-key` or `removal`.
    package static let aim = "aim"
    /// The number of a security key that is to be taken away.
    package static let securityKey = "securitykey"
    /// What a user calls a security key: 1 to 49 characters.
    package static let securityKeyName = "securitykeyname"
    /// What browsers call a security key that was used; base64url, as what follows.
    package static let credentialID = "credentialid"
    /// What a browser has had a security key sign (`clientDataJSON`).
    package static let clientData = "clientdata"
    /// What a new security key is (`attestationObject`).
    package static let attestation = "attestation"
    /// What a security key that was used says (`authenticatorData`).
    package static let authenticatorData = "authenticatordata"
    /// What a security key has signed.
    package static let signature = "signature"
    /// What binds a form to the step that it belongs to.
    package static let state = "state"
    /// What an earlier sign-in has left: the value of the cookie `GSSNID`.
    package static let gssnID = "gssnid"
    /// The group that is meant, or that the caller has to be in.
    package static let groupID = "groupid"
    /// What locates a session: 1 to 63 of `A-Z a-z 0-9 . _ ~ -`.
    package static let sessionKey = "sessionkey"
    /// What a site calls a visitor, spelled as a session key is.
    package static let visitorID = "visitorid"
    /// `1` has the viewer wait for the visitor.
    package static let wait = "wait"
    /// What a visitor is called, up to 63 characters.
    package static let name = "name"
    /// What a CRM calls the customer of a record, up to 63 characters.
    package static let visitorName = "visitorname"
    /// A token of a connected provider.
    package static let token = "token"
    /// What of a Zendesk ticket is the visitor id, such as `ticket.requester.id`.
    package static let zendesk = "zendesk"
    /// Where a link leads: `panel` or `viewer`.
    package static let target = "target"
    /// A visitor's e-mail address, up to 127 characters.
    package static let email = "email"
    /// A visitor's phone number, up to 31 characters.
    package static let phone = "phone"
    /// What a token is for: `webservices`, `presence` or `client`; of presence, `presence` or `cobrowse`.
    package static let service = "service"
    /// What a LoginKey of version 2 is for that comes to `Authorize` (`docs/loginkey-2.md#commands`).
    package static let command = "command"
    /// How long a token lives, in minutes: 1 to 120.
    package static let duration = "duration"
    /// What is asked for: of a session, `start` or `join`.
    package static let action = "action"
    /// How a click in the panel is meant: `client` opens the desktop client.
    package static let mode = "mode"
    /// `production` or `staging`; it changes nothing.
    package static let site = "site"
    /// The click that a page belongs to: 32 lower-case hexadecimal digits.
    package static let correlationID = "correlationid"
    /// An agent's question, for a visitor who opens the session that was asked for; a way in that an agent in a session has
    /// made, for another agent.
    package static let invitation = "invitation"
    /// A view ticket or a launch ticket: one use within a minute.
    package static let ticket = "ticket"
    /// Which identity provider is meant: what its button calls it.
    package static let providerName = "idpname"
    /// A token of an identity provider.
    package static let providerToken = "idptoken"
    /// Who is expected at an identity provider.
    package static let providerUsername = "idpusername"
    /// `1` asks for single sign-on; of a sign-in at a provider, `window` says that it is in a window of its own.
    package static let singleSignOn = "sso"
    /// A client's public key: 43 characters of base64url.
    package static let clientKey = "clientkey"
    /// A client's signature over a ticket: 64 bytes as 88 characters of Base64.
    package static let clientProof = "clientproof"
    /// The version of a client: 1 to 32 letters, digits, dots and dashes.
    package static let version = "version"
    /// The state of a launch that a page knows already; it is answered once that has changed.
    package static let after = "after"
    /// Why a client does not carry a launch out.
    package static let reason = "reason"
    /// `1` has the viewer start a session; of a launch, the key to start one with.
    package static let start = "start"
    /// The key of a session in a protocol URL or at the start page.
    package static let key = "key"
    /// SessionService's word for a session key or visitor id.
    package static let sessionServiceKey = "ssnkey"
    /// A group's API key itself; ActivityService only.
    package static let apiKey = "apikey"
    /// ActivityService: `C`, `G`, `V`, or empty for all.
    package static let type = "type"
    /// ActivityService: `A` or `C`.
    package static let status = "status"
    /// The beginning of a range: ISO 8601 with a zone.
    package static let startRange = "startrange"
    /// The end of a range, which is not part of it: ISO 8601 with a zone.
    package static let endRange = "endrange"
    /// Where a page of a list begins.
    package static let pageStart = "pagestart"
    /// How many elements a page of a list has, up to 1,000.
    package static let pageCount = "pagecount"
}

/// The paths of existing clients and of our own services.
package enum Path {
    /// Credentials in, a token out (`docs/protocol.md#authorize`).
    package static let authorize = "/services/AuthorizationService.svc/rest/Authorize"
    /// The viewer.
    package static let agentView = "/agentjoin/AgentView.aspx"
    /// Where older pages and another CRM look for the viewer (`docs/protocol.md#pages`).
    package static let cobrowseAgentView = "/cobrowse/AgentView.aspx"
    /// Where a page has its agent leave a session (`docs/protocol.md#agent-message`).
    package static let agentMessage = "/agent/message"
    /// The script that existing tags ask for, the visitor's or an agent's.
    package static let cobrowseScript = "/cobrowse/CobrowseJS.ashx"
    /// The agent script, by its own name.
    package static let agentScript = "/agent.js"
    /// The visitor's script, by its own name.
    package static let visitorScript = "/visitor.js"
    /// Asks for a session key, then opens the viewer.
    package static let agentJoin = "/agentjoin/AgentJoin.aspx"
    /// Sign-in with a password.
    package static let login = "/login/default.aspx"
    /// The question before one user takes another's place.
    package static let changeUser = "/login/switch"
    /// The step behind the password: a code of the second factor.
    package static let passwordCode = "/login/code"
    /// Where somebody sets a second factor up.
    package static let secondFactor = "/login/second-factor"
    /// Where somebody who has forgotten the password asks for a link.
    package static let forgottenPassword = "/login/forgotten"
    /// Where that link leads: a new password is set.
    package static let passwordReset = "/login/reset"
    /// Ends the sign-in of a browser.
    package static let signOut = "/login/signout"
    /// Sends a browser to an identity provider (`docs/protocol.md#single-sign-on`).
    package static let singleSignOnStart = "/sso/start"
    /// Where an identity provider sends it back to; the provider's own name stands behind it.
    package static let singleSignOnCallback = "/sso/callback"
    /// Where a SAML provider sends it back to, and reads what we publish; group and provider stand behind it.
    package static let singleSignOnSAML = "/sso/saml"
    /// Gives whoever is signed in a LoginKey (`docs/protocol.md#get-login-key`).
    package static let getLoginKey = "/account/GetLoginKey.aspx"
    /// A plain page on which a visitor starts a session.
    package static let visit = "/visit"
    /// Agents start and join sessions (`docs/protocol.md#sessions-api`).
    package static let sessions = "/api/v1/sessions"
    /// Visitors open, enter and come back to sessions (`docs/protocol.md#visits-api`).
    package static let visits = "/api/v1/visits"
    /// Whose token it is.
    package static let me = "/api/v1/me"
    /// What nodes of an installation ask each other about presence.
    package static let nodePresence = "/api/v1/nodes/presence"
    /// The integrator's key endpoint (`docs/protocol.md#key-endpoint`).
    package static let loginKey = "/api/v1/loginkey"
    /// A program has a link made that signs an agent in (`docs/protocol.md#agent-links`).
    package static let agentLinks = "/api/v1/agent-links"
    /// The desktop client has an address made at which its own user's session is shown (`docs/protocol.md#viewer-links`).
    package static let viewerLinks = "/api/v1/viewer-links"
    /// What became of a launch (`docs/protocol.md#launch`).
    package static let launches = "/api/v1/launches"
    /// A client has received a ticket and asks whose it is.
    package static let launchPickUp = "/api/v1/launches/pickup"
    /// A client will not carry a launch out.
    package static let launchDecline = "/api/v1/launches/decline"
    /// A page's user connects the client that has presented a ticket.
    package static let launchEnrollment = "/api/v1/launches/enrollment"
    /// Opens the client, and offers the browser.
    package static let agentStart = "/agent/start"
    /// Gives a page a URL for the client, to the bearer of a token.
    package static let agentLaunch = "/agent/launch"
    /// The panel beside a record, by a signed request (`docs/protocol.md#canvas`).
    package static let canvas = "/salesforce/canvas"
    /// The key endpoint for Canvas apps, by a signed request.
    package static let canvasLoginKey = "/salesforce/loginkey"
    /// The panel beside a record of any CRM (`docs/protocol.md#panel`).
    package static let panel = "/panel"
    /// What a click in the panel asks for.
    package static let panelLaunch = "/panel/launch"
    /// The WebSocket of a session (`docs/protocol.md#session-socket`).
    package static let sessionSocket = "/session"
    /// The WebSocket on which a visitor is present (`docs/protocol.md#presence-visitor`).
    package static let visitorSocket = "/visitor"
    /// The WebSocket on which an agent watches (`docs/protocol.md#presence-agent`).
    package static let agentSocket = "/agent"
    /// Says where presence is.
    package static let visitorSettings = "/services/authorizationservice/GetVisitorSettings3"
    /// Whether a visitor is present.
    package static let findVisitor = "/findvisitor"
    /// The same; an absent visitor is answered with an empty object.
    package static let lookUpVisitor = "/lookupvisitor"
    /// Hands something to a visitor's pages, or asks the visitor.
    package static let signalVisitor = "/signalvisitor"
    /// A panel's token for presence, renewed.
    package static let panelPresence = "/panel/presence"
    /// SessionService: forms, JSON and SOAP (`docs/protocol.md#session-service`).
    package static let sessionService = "/services/SessionService.asmx"
    /// ActivityService: the same (`docs/protocol.md#activity-service`).
    package static let activityService = "/services/activityservice.asmx"
}
