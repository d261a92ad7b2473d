/// The wire names of parameters, in lower case; they are matched without regard to case (PROTOCOL section 2).
package enum ParameterName {
    package static let partnerID = "partnerid"
    package static let partnerUserID = "partneruserid"
    package static let loginKey = "loginkey"
    package static let username = "username"
    package static let password = "password"
    package static let gssnID = "gssnid"
    package static let groupID = "groupid"
    package static let sessionKey = "sessionkey"
    package static let visitorID = "visitorid"
    package static let wait = "wait"
    package static let name = "name"
    package static let email = "email"
    package static let phone = "phone"
    package static let service = "service"
    package static let duration = "duration"
    package static let site = "site"
    package static let correlationID = "correlationid"
    package static let ticket = "ticket"
}

/// The paths of existing clients and of our own services.
package enum Path {
    package static let authorize = "/services/AuthorizationService.svc/rest/Authorize"
    package static let agentView = "/agentjoin/AgentView.aspx"
    package static let agentJoin = "/agentjoin/AgentJoin.aspx"
    package static let login = "/login/default.aspx"
    package static let visit = "/visit"
    package static let sessions = "/api/v1/sessions"
    package static let visits = "/api/v1/visits"
    package static let me = "/api/v1/me"
    package static let canvas = "/salesforce/canvas"
    package static let panelLaunch = "/salesforce/panel/launch"
    package static let sessionSocket = "/session"
}
