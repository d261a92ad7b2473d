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
            Password.self, Import.self, DisconnectClients.self,
        ]
    )

    fileprivate struct Row: Encodable {
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

        @Option(help: "The PartnerId.") var group: PartnerID
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
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            var user = User(
                partnerID: group,
                partnerUserID: puid,
                username: username,
                firstName: firstName,
                lastName: lastName,
                email: email,
                phone: phone,
                isAdministrator: administrator
            )
            if let role { user.roleID = try await store.requireRole(role, of: group).id }
            user.passwordHash = try Self.passwordHash(file: passwordFile)
            let event = Administration.event("user \(username) added", in: group)
            for user in try await store.createUsers([user], recording: event) {
                try output.print(
                    Row(user, roles: try await store.roleNames(of: group)),
                    text: "Added user \(username)."
                )
            }
        }

        static func passwordHash(file: String?) throws -> PasswordHash? {
            let password = try SecretInput.read(file: file, variable: "LATCHKEY_USER_PASSWORD")
            return try password.map(hash)
        }

        static func hash(_ password: String) throws -> PasswordHash {
            let range = PasswordHash.minimumLength...PasswordHash.maximumLength
            guard range.contains(password.unicodeScalars.count) else {
                throw CommandFailure("a password has \(range.lowerBound) to \(range.upperBound) characters")
            }
            var generator = SystemRandomNumberGenerator()
            return try PasswordHash(password: password, using: &generator)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's users.",
            discussion: """
                In the order of their ids; the next page begins after the last id of this one.

                Examples:
                  latchkey user list --group 12345
                  latchkey user list --group 12345 --after 1000 --json
                """
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "List users with ids above this one.") var after: Int64 = 0
        @Option(help: "How many: 1 to 10,000.") var limit = 1000
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...10_000).contains(limit) else { throw CommandFailure("--limit is 1 to 10000") }
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            let roles = try await store.roleNames(of: group)
            let users = try await store.users(of: group, after: User.ID(after), limit: limit)
            try output.print(
                users.map { Row($0, roles: roles) },
                columns: [
                    ("ID", { "\($0.id)" }), ("USERNAME", { $0.username }), ("PARTNERUSERID", { $0.partnerUserID }),
                    ("NAME", { $0.name }), ("STATE", { $0.state }), ("ROLE", { $0.role ?? "" }),
                    ("", { $0.isAdministrator ? "administrator" : "" }),
                ],
                empty: "Group \(group) has no users. Add one: latchkey user add --group \(group) --puid … --username …"
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a user and what belongs to them.",
            discussion: "Example:\n  latchkey user show dana --group 12345"
        )

        private struct Report: Encodable {
            let user: Row
            let phone: String
            let privileges: [String]
            let hasPassword: Bool
            let clients: Int
            let created: String
            let modified: String

            var text: String {
                [
                    ("id", "\(user.id)"), ("user name", user.username), ("partner user id", user.partnerUserID),
                    ("name", user.name), ("e-mail", user.email), ("phone", phone), ("state", user.state),
                    ("role", user.role ?? ""), ("administrator", user.isAdministrator ? "yes" : ""),
                    ("may", privileges.joined(separator: " ")), ("password", hasPassword ? "set" : "none"),
                    ("desktop clients", "\(clients)"), ("created", created), ("changed", modified),
                ]
                .lines
            }
        }

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let group = try await store.requireGroup(group)
            let user = try await store.requireUser(user, of: group.partnerID)
            let roles = try await store.roles(of: group.partnerID)
            let role = roles.first { $0.id == user.roleID }
            let report = Report(
                user: Row(user, roles: try await store.roleNames(of: group.partnerID)),
                phone: user.phone,
                privileges: (role.map { group.privileges.intersection($0.privileges) } ?? group.privileges).names,
                hasPassword: user.passwordHash != nil,
                clients: try await store.enrolledClients(of: user.id).count,
                created: Timestamp.text(user.createdAt),
                modified: Timestamp.text(user.modifiedAt)
            )
            try output.print(report, text: report.text)
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a user. What is not given stays as it is.",
            discussion: """
                Examples:
                  latchkey user update dana --group 12345 --puid 005Fk000001aBcDIAU
                  latchkey user update dana --group 12345 --no-role --email dana@acme.example
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The PartnerUserId.") var puid: PartnerUserID?
        @Option(help: "User name, unique in the installation.") var username: Username?
        @Option(help: "Given name.") var firstName: String?
        @Option(help: "Family name.") var lastName: String?
        @Option(help: "E-mail address.") var email: String?
        @Option(help: "Phone number.") var phone: String?
        @Option(help: "Name of a role.") var role: String?
        @Flag(help: "The user has no role any more: all that the group has.") var noRole = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard role == nil || !noRole else { throw CommandFailure("give --role or --no-role, not both") }
            let store = try await store.open()
            var user = try await store.requireUser(user, of: group)
            user.partnerUserID = puid ?? user.partnerUserID
            user.username = username ?? user.username
            user.firstName = firstName ?? user.firstName
            user.lastName = lastName ?? user.lastName
            user.email = email ?? user.email
            user.phone = phone ?? user.phone
            if let role { user.roleID = try await store.requireRole(role, of: group).id }
            if noRole { user.roleID = nil }
            let event = Administration.event("user \(user.username) changed", in: group)
            try await store.updateUser(user, recording: event)
            try output.print(
                Row(user, roles: try await store.roleNames(of: group)),
                text: "Changed user \(user.username)."
            )
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a user: refused from the next request on.",
            discussion: """
                Desktop clients are disconnected and access tokens are gone; the audit stays. The user name and the \
                PartnerUserId are free again.

                Example:
                  latchkey user delete dana --group 12345
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let user = try await store.requireUser(user, of: group)
            let event = Administration.event("user \(user.username) deleted", in: group)
            let changes = try await store.changeUsers([UserChange(.delete, user, recording: event)])
            for change in changes {
                try output.print(Row(try change.get(), roles: [:]), text: "Deleted user \(user.username).")
            }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a user: refused from the next request on.",
            discussion: """
                Live sessions of the user are closed within seconds. Nothing is lost: see `latchkey user activate`.

                Example:
                  latchkey user suspend dana --group 12345
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await UserCommand.change(user, group, to: .suspended, in: store.open(), output)
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended or locked out user sign in again.",
            discussion: "Example:\n  latchkey user activate dana --group 12345"
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await UserCommand.change(user, group, to: .active, in: store.open(), output)
        }
    }

    struct Administrator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user change the group's users and roles through the services, or no longer.",
            discussion: """
                Administrators may use the Partner User API, REST and SCIM. Only this command makes one: no service does.

                Examples:
                  latchkey user administrator dana --group 12345
                  latchkey user administrator dana --group 12345 --revoke
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Flag(help: "The user is no administrator any more.") var revoke = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            var user = try await store.requireUser(user, of: group)
            user.isAdministrator = !revoke
            let state = revoke ? "no administrator any more" : "an administrator"
            try await store.updateUser(
                user,
                recording: Administration.event("user \(user.username) is \(state)", in: group)
            )
            try output.print(
                Row(user, roles: try await store.roleNames(of: group)),
                text: "User \(user.username) is \(state)."
            )
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password from standard input, a file or LATCHKEY_USER_PASSWORD.",
            discussion: "Example:\n  latchkey user password dana --group 12345 --password-file - < password.txt"
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "File with the password, or - for standard input.") var passwordFile: String?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            var user = try await store.requireUser(user, of: group)
            guard let hash = try Add.passwordHash(file: passwordFile) else {
                throw CommandFailure("provide the password by --password-file or LATCHKEY_USER_PASSWORD")
            }
            user.passwordHash = hash
            try await store.updateUser(
                user,
                recording: Administration.event("password of \(user.username) set", in: group)
            )
            try output.print(
                Row(user, roles: try await store.roleNames(of: group)),
                text: "The password of \(user.username) is set."
            )
        }
    }

    struct DisconnectClients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disconnect a user's desktop clients: each has to be connected again from the page.",
            discussion: "Example, after a laptop was lost:\n  latchkey user disconnect-clients dana --group 12345"
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let user = try await store.requireUser(user, of: group)
            let count = try await store.enrolledClients(of: user.id).count
            try await store.removeClients(
                of: user.id,
                recording: Administration.event("\(count) clients of \(user.username) disconnected", in: group)
            )
            try output.print(["disconnected": count], text: "\(count) clients of \(user.username) are disconnected.")
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
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            let users = try UserImport(file: file, group: group).users()
            let count =
                try await store.createUsers(
                    users,
                    recording: Administration.event("\(users.count) users imported", in: group)
                )
                .count
            try output.print(["added": count], text: count == 1 ? "1 user was added." : "\(count) users were added.")
        }
    }

    private static func change(
        _ name: String,
        _ group: PartnerID,
        to state: User.State,
        in store: some AccountStore,
        _ output: OutputOptions
    ) async throws {
        var user = try await store.requireUser(name, of: group)
        user.state = state
        try await store.updateUser(
            user,
            recording: Administration.event("user \(user.username) is now \(state.rawValue)", in: group)
        )
        try output.print(
            Row(user, roles: try await store.roleNames(of: group)),
            text: "User \(user.username) is \(state.rawValue)."
        )
    }
}
