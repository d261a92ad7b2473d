internal import Accounts
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import WireCodec

/// The answers, whose elements docs/user-api.md lists.
///
/// The envelope is in lower case; data carries the names of the parameters that it would be sent back with.
enum UserAPIAnswer {
    /// What was asked for.
    static func ok(_ body: (inout XMLWriter) -> Void = { _ in }) -> [UInt8] {
        XMLWriter.document("papi") { xml in
            xml.element("result", "ok")
            body(&xml)
        }
    }

    /// What went wrong.
    static func error(_ error: UserAPIError, _ correlationID: CorrelationID) -> [UInt8] {
        XMLWriter.document("papi") { xml in
            xml.element("result", "error")
            xml.element("error") { xml in
                xml.element("code", error.code.rawValue)
                xml.element("message", error.message)
                if let field = error.field { xml.element("field", field) }
                xml.element("correlationid", correlationID.text)
            }
        }
    }

    /// Writes one user, whose role's name is empty without a role; every element is always there.
    static func add(_ user: User, role: String, to xml: inout XMLWriter) {
        xml.element("user") { xml in
            xml.element("UserID", user.id.description)
            xml.element("PartnerUserID", user.partnerUserID?.text ?? "")
            xml.element("UserAddress", user.username.text)
            xml.element("UserFirst", user.firstName)
            xml.element("UserLast", user.lastName)
            xml.element("UserEmail", user.email)
            xml.element("UserRole", role)
            xml.element("UserSuspended", user.state == .active ? "0" : "1")
            xml.element("UserState", user.state.rawValue)
            xml.element("UserAdministrator", user.isAdministrator ? "1" : "0")
        }
    }

    /// Writes one role, which `count` users have.
    static func add(_ role: Role, count: Int, to xml: inout XMLWriter) {
        xml.element("role") { xml in
            xml.element("RoleID", role.id.description)
            xml.element("UserRole", role.name)
            xml.element("RoleDescription", role.summary)
            xml.element("UserCount", "\(count)")
        }
    }
}

extension UserAPIError {
    /// The answer to the caller.
    func response(_ correlationID: CorrelationID) -> Response {
        .xml(UserAPIAnswer.error(self, correlationID), status: code.status)
    }
}
