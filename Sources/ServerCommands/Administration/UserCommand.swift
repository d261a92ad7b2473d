internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey user`.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Add, list, import, change, suspend and delete users.",
        subcommands: [
            Add.self, List.self, Show.self, Update.self, Suspend.self, Activate.self, Delete.self, Administrator.self,
            Password.self, ResetSecondFactor.self, SecurityKeys.self, Import.self, DisconnectClients.self,
        ]
    )

    struct Row: Encodable {
        let id: Int64
        let partnerUserID: String
        let username: String
        let name: String
        let email: String
        let state: String
        let role: String?
        let isAdministrator: Bool

        init(_ user: User, roles: [Role.ID: String]) {
            id = user.id.number
            partnerUserID = user.partnerUserID?.text ?? ""
            username = user.username.text
            name = user.displayName
            email = user.email
            state = user.state.rawValue
            role = user.roleID.flatMap { roles[$0] }
            isAdministrator = user.isAdministrator
        }
    }
}
