internal import Accounts

/// The frame that Canvas shows an app in: where messages about it go, and its name there.
struct CanvasFrame: Decodable, Sendable {
    /// The origin of the page around the frame.
    let targetOrigin: String?
    /// Names the frame.
    let instanceId: String?
}

/// The parts of Canvas's `context` that the panel needs.
struct CanvasContext: Decodable, Sendable {
    struct User: Decodable, Sendable {
        let userId: String
        let userName: String
        let fullName: String?
        let email: String?
    }

    struct Organization: Decodable, Sendable {
        let organizationId: String
    }

    struct Environment: Decodable, Sendable {
        struct Record: Decodable, Sendable {
            struct Attributes: Decodable, Sendable {
                let type: String?
            }

            let id: String?
            let name: String?
            let attributes: Attributes?

            enum CodingKeys: String, CodingKey {
                case id = "Id"
                case name = "Name"
                case attributes
            }
        }

        let parameters: [String: Parameter]?
        let record: Record?
    }

    /// A parameter that the embedding page passes; only texts are used.
    enum Parameter: Decodable, Sendable {
        case text(String)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = (try? container.decode(String.self)).map(Parameter.text) ?? .other
        }
    }

    let user: User
    let organization: Organization
    let environment: Environment?

    /// The value of the configured user field; `nil` if the request does not have it.
    func value(of field: SalesforceOrganization.UserField) -> String? {
        switch field {
        case .userID: user.userId
        case .userName: user.userName
        case .email: user.email
        case .parameter(let name): parameter(name)
        }
    }

    /// A text parameter.
    func parameter(_ name: String) -> String? {
        guard case .text(let text) = environment?.parameters?[name] else { return nil }
        return text
    }

    /// The record that the panel is shown beside: its type and id.
    var record: (type: String, id: String)? {
        guard let id = environment?.record?.id ?? parameter("recordId") else { return nil }
        return (environment?.record?.attributes?.type ?? parameter("recordType") ?? "", id)
    }
}
