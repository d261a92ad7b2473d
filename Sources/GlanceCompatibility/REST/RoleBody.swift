internal import Accounts
internal import HTTPCore
internal import LoginKey

/// A role as a body describes it; what is `nil` was left out.
struct RoleBody: Sendable {
    var id: Role.ID?
    var name: String?
    var summary: String?
    /// The settings that are there.
    var settings: [String: Bool] = [:]
    /// Where it stands in the body.
    var place = ""

    /// The most characters of a name.
    static let maximumNameLength = 70
    /// The most characters of a description.
    static let maximumSummaryLength = 255

    /// The role that POST asks for: settings that were left out are off.
    func newRole(of partnerID: PartnerID) throws(AnswerError) -> Role {
        guard id == nil else { throw .badRequest("\(place).roleId is given by the server.") }
        guard let name else { throw .badRequest("\(place).name is missing.") }
        return Role(
            id: Role.ID(0),
            partnerID: partnerID,
            name: name,
            summary: summary ?? "",
            privileges: applied(to: [])
        )
    }

    /// The role that PUT asks for: what was left out stays.
    func change(of role: Role) -> Role {
        var role = role
        if let name { role.name = name }
        if let summary { role.summary = summary }
        role.privileges = applied(to: role.privileges)
        return role
    }

    private func applied(to privileges: PrivilegeSet) -> PrivilegeSet {
        settings.reduce(privileges) { privileges, setting in
            guard let privilege = PrivilegeSet(name: setting.key) else { return privileges }
            return setting.value ? privileges.union(privilege) : privileges.subtracting(privilege)
        }
    }
}

extension RoleBody: Decodable {
    /// Reads an object; `inUse` and `userCount` may stand there as they were read, and nothing else that is unknown.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: MemberName.self)
        place = JSONBody.place(decoder.codingPath)
        let known: Set = ["roleId", "name", "description", "settings", "inUse", "userCount"]
        guard container.allKeys.allSatisfy({ known.contains($0.stringValue) }) else {
            throw AnswerError.badRequest("\(place) has a member that a role does not have.")
        }
        id = try container.value(Int64.self, "roleId").map { try Self.id($0, place) }
        name = try container.value(String.self, "name").map { try Self.name($0, place) }
        summary = try container.value(String.self, "description")
            .map { try Self.text($0, "\(place).description", Self.maximumSummaryLength) }
        if container.contains(MemberName(stringValue: "settings")) { settings = try Self.settings(container, place) }
    }

    private static func id(_ number: Int64, _ place: String) throws -> Role.ID {
        guard (1...WholeNumber.maximum).contains(number) else {
            throw AnswerError.badRequest("\(place).roleId is a positive number.")
        }
        return Role.ID(number)
    }

    private static func name(_ text: String, _ place: String) throws -> String {
        guard !text.isEmpty else { throw AnswerError.badRequest("\(place).name is empty.") }
        return try self.text(text, "\(place).name", maximumNameLength)
    }

    /// Brings a text into normal form C, which is the only one that is kept, and checks it.
    private static func text(_ text: String, _ field: String, _ limit: Int) throws -> String {
        let text = Provisioning.normalFormC(text)
        do {
            try Provisioning.check(text, field: field, limit: limit)
        } catch {
            throw AnswerError.badRequest("\(error.message).")
        }
        return text
    }

    private static func settings(
        _ container: KeyedDecodingContainer<MemberName>,
        _ place: String
    ) throws -> [String: Bool] {
        let settings = try container.nestedContainer(
            keyedBy: MemberName.self,
            forKey: MemberName(stringValue: "settings")
        )
        return try settings.allKeys.reduce(into: [:]) { values, key in
            guard PrivilegeSet(name: key.stringValue) != nil else {
                throw AnswerError.badRequest("\(place).settings has a member that is no setting.")
            }
            values[key.stringValue] = try settings.decode(Bool.self, forKey: key)
        }
    }
}

extension KeyedDecodingContainer<MemberName> {
    /// The member of that name; `nil` where it is missing, but not where it is `null`.
    fileprivate func value<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value? {
        let key = MemberName(stringValue: name)
        return contains(key) ? try decode(type, forKey: key) : nil
    }
}
