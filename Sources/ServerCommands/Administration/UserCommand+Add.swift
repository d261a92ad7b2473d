internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// How users are added to a group.

extension UserCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user.",
            discussion: """
                The PartnerUserId is what the CRM signs LoginKeys for: the value of the configured user field, byte \
                for byte. A password is only needed for users who sign in without a CRM.

                Example:
                  latchkey user add --group 12345 --puid 005Fk000001aBcD --username dana --first-name Dana
                """
        )

        @OptionGroup var group: GroupTarget
        @Option(help: "The PartnerUserId.") var puid: PartnerUserID?
        @Option(help: "User name, unique in the installation.") var username: Username
        @Option(help: "Given name.") var firstName = ""
        @Option(help: "Family name.") var lastName = ""
        @Option(help: "E-mail address.") var email = ""
        @Option(help: "Phone number.") var phone = ""
        @Option(help: "Name of a role.") var role: String?
        @Flag(help: "May change the group's users and roles through the services.") var administrator = false
        @Option(help: "File with a password, or - for standard input; or LATCHKEY_USER_PASSWORD.")
        var passwordFile: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await group.open()
            var user = User(
                partnerID: group.id,
                partnerUserID: puid,
                username: username,
                firstName: firstName,
                lastName: lastName,
                email: email,
                phone: phone,
                isAdministrator: administrator
            )
            if let role { user.roleID = try await store.requireRole(role, of: group.id).id }
            user.passwordHash = try Self.passwordHash(file: passwordFile)
            let added = try await Administration.users(of: group.id, in: store).add(user)
            try output.print(
                Row(added, roles: try await store.roleNames(of: group.id)),
                text: "Added user \(username)."
            )
        }

        static func passwordHash(file: String?) throws -> PasswordHash? {
            let password = try SecretInput.read(file: file, variable: "LATCHKEY_USER_PASSWORD")
            return try password.map(hash)
        }

        static func hash(_ password: String) throws -> PasswordHash {
            try Provisioning.check(password: password)
            var generator = SystemRandomNumberGenerator()
            return try PasswordHash(password: password, using: &generator)
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Add users from a CSV file, all or none.",
            discussion: """
                Columns, in any order: FirstName, LastName, Email, Phone, GlanceAddress (the user name), Password \
                (may be empty), PartnerUID. When a line is wrong, all wrong lines are named and nothing is added.

                Example:
                  latchkey user import agents.csv --group 12345
                """
        )

        @Argument(help: "The CSV file, UTF-8.") var file: String
        @OptionGroup var group: GroupTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await group.open()
            let users = try UserImport(file: file, group: group.id).users()
            let count = try await Administration.users(of: group.id, in: store).add(users).count
            try output.print(["added": count], text: count == 1 ? "1 user was added." : "\(count) users were added.")
        }
    }
}
