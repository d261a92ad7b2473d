package import Accounts
public import ArgumentParser
public import LoginKey
internal import ServerApp

extension PartnerID: ExpressibleByArgument {
    /// Reads a PartnerId from the command line.
    public init?(argument: String) {
        guard let partnerID = try? PartnerID(parsing: argument) else { return nil }
        self = partnerID
    }
}

extension PartnerUserID: ExpressibleByArgument {
    /// Reads a PartnerUserId from the command line.
    public init?(argument: String) {
        guard let partnerUserID = try? PartnerUserID(parsing: argument) else { return nil }
        self = partnerUserID
    }
}

extension Username: ExpressibleByArgument {
    /// Reads a user name from the command line.
    public init?(argument: String) {
        guard let username = try? Username(parsing: argument) else { return nil }
        self = username
    }
}

extension Origin: ExpressibleByArgument {
    /// Reads an origin from the command line.
    package init?(argument: String) {
        self.init(argument)
    }
}

extension UsePolicy: ExpressibleByArgument {}
extension SecondFactorPolicy: ExpressibleByArgument {}
extension Site: ExpressibleByArgument {}
extension LoginKeyCommand: ExpressibleByArgument {}
extension ClientSecret.Place: ExpressibleByArgument {}
extension IdentityProvider.UserField: ExpressibleByArgument {}

extension PrivilegeSet {
    /// Reads names; an unknown one is an error that lists the known ones.
    init(names: [String]) throws {
        self = []
        for name in names {
            guard let privilege = PrivilegeSet(name: name) else {
                throw CommandFailure("\"\(name)\" is not a privilege; there are: \(Self.names.joined(separator: ", "))")
            }
            insert(privilege)
        }
    }
}

extension AccountStore {
    /// A group that must exist.
    func requireGroup(_ partnerID: PartnerID) async throws -> Group {
        guard let group = try await group(partnerID) else {
            throw CommandFailure("there is no group \(partnerID); see `latchkey group list`")
        }
        return group
    }

    /// A role of a group, by its name.
    func requireRole(_ name: String, of partnerID: PartnerID) async throws -> Role {
        guard let role = try await roles(of: partnerID).first(where: { $0.name == name }) else {
            throw CommandFailure("group \(partnerID) has no role \"\(name)\"; see `latchkey role list`")
        }
        return role
    }

    /// The names of a group's roles, by their ids.
    func roleNames(of partnerID: PartnerID) async throws -> [Role.ID: String] {
        Dictionary(try await roles(of: partnerID).map { ($0.id, $0.name) }) { first, _ in first }
    }

    /// A user of a group, by user name or PartnerUserId.
    func requireUser(_ name: String, of partnerID: PartnerID) async throws -> User {
        let now = TimeSource.system.seconds
        if let puid = try? PartnerUserID(parsing: name),
            let user = try await snapshot(of: .partner(partnerID, puid), at: now)?.user
        {
            return user
        }
        if let username = try? Username(parsing: name),
            let user = try await snapshot(of: .username(username), at: now)?.user, user.partnerID == partnerID
        {
            return user
        }
        throw CommandFailure("group \(partnerID) has no user \"\(name)\"; see `latchkey user list`")
    }
}
