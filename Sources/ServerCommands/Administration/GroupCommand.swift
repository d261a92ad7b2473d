internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey group`.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Make, list, show, change and delete groups.",
        discussion: "A group is one customer of the installation. Its id is the PartnerId of its LoginKeys.",
        subcommands: [Create.self, Update.self, Show.self, List.self, Delete.self]
    )

    fileprivate struct Row: Encodable {
        let partnerID: String
        let name: String
        let site: String
        let usePolicy: String
        let origins: [String]
        let privileges: [String]
        let loginKeyURLs: Bool
        let requiresVersion2Keys: Bool
        let passwords: Bool
        let secondFactor: String
        let securityKeys: String
        let masks: [String]
        let masksEverything: Bool

        init(_ group: Group) {
            partnerID = group.partnerID.text
            name = group.name
            site = group.site.rawValue
            usePolicy = group.usePolicy.rawValue
            origins = group.embeddingOrigins.map(\.text)
            privileges = group.privileges.names
            loginKeyURLs = group.allowsLoginKeyURLs
            requiresVersion2Keys = group.requiresVersion2Keys
            passwords = group.allowsPasswords
            secondFactor = group.secondFactor.rawValue
            securityKeys = group.securityKeys.rawValue
            masks = group.masks.selectors
            masksEverything = group.masks.everything
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a group.",
            discussion: """
                Example:
                  latchkey group create 12345 --name "Acme Support" --origin https://acme.my.salesforce.com
                """
        )

        @Argument(help: "The PartnerId: 1 to 10 digits, four to six in practice.") var partnerID: PartnerID
        @Option(help: "What people call the group.") var name: String
        @Option(
            help: "Origin whose pages may frame and call us, https://…; may be repeated.",
            transform: Origin.init(written:)
        ) var origin: [Origin] = []
        @Option(help: "How often one LoginKey may be used: off, window (120 s from first use) or once.")
        var usePolicy = UsePolicy.window
        @Option(help: "production or staging.") var site = Site.production
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let group = Group(
                partnerID: partnerID,
                name: name,
                site: site,
                embeddingOrigins: origin,
                usePolicy: usePolicy
            )
            try Provisioning.check(group)
            do {
                try await Administration.groups(partnerID, in: try await store.open(.making)).create(group)
            } catch let error as AccountsError where error.code == .alreadyExists {
                throw CommandFailure("group \(partnerID) already exists; to change it: latchkey group update --help")
            }
            try output.print(
                Row(group),
                text: "Created group \(partnerID). Next: latchkey apikey create --group \(partnerID)"
            )
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a group. What is not given stays the same.",
            discussion: """
                --origin replaces the whole list, --no-origins empties it; so do --mask and --no-masks. --privilege \
                replaces the most that the group's agents may do.

                Examples:
                  latchkey group update 12345 --use-policy once --origin https://crm.example
                  latchkey group update 12345 --desktop-client --no-login-key-urls
                  latchkey group update 12345 --require-version-2
                  latchkey group update 12345 --second-factor everybody
                  latchkey group update 12345 --security-keys administrators
                  latchkey group update 12345 --mask '.salary' --mask 'input[name^="iban"]'
                """
        )

        @Argument(help: "The PartnerId.") var partnerID: PartnerID
        @Option(help: "What people call the group.") var name: String?
        @Option(
            help: "Origin whose pages may frame and call us, https://…; may be repeated.",
            transform: Origin.init(written:)
        ) var origin: [Origin] = []
        @Flag(help: "No other pages may frame or call us.") var noOrigins = false
        @Option(help: "production or staging.") var site: Site?
        @Option(help: "off, window or once.") var usePolicy: UsePolicy?
        @Option(help: "Privilege that the group has; may be repeated.") var privilege: [String] = []
        @Flag(inversion: .prefixedNo, help: "Let the group's agents use the desktop client.")
        var desktopClient: Bool?
        @Flag(
            name: .customLong("login-key-urls"),
            inversion: .prefixedNo,
            help: "Accept LoginKeys in URLs of pages and of the client."
        )
        var loginKeyURLs: Bool?
        @Flag(
            name: .customLong("require-version-2"),
            inversion: .prefixedNo,
            help: "Refuse LoginKeys of version 1."
        )
        var requireVersion2: Bool?
        @Flag(
            name: .customLong("passwords"),
            inversion: .prefixedNo,
            help: "Let the group's users sign in with a password."
        )
        var passwords: Bool?
        @Option(help: "Who needs more than a password: optional, administrators or everybody.")
        var secondFactor: SecondFactorPolicy?
        @Option(
            help: "Whose password only works with a security key: optional (nobody's), administrators or everybody."
        )
        var securityKeys: SecondFactorPolicy?
        @Option(help: "CSS selector of what is masked on every page of the group's visitors; may be repeated.")
        var mask: [String] = []
        @Flag(help: "Mask only what pages name themselves, and what is always masked.") var noMasks = false
        @Flag(inversion: .prefixedNo, help: "Mask everything except what pages take out themselves.")
        var maskEverything: Bool?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard origin.isEmpty || !noOrigins else { throw CommandFailure("give --origin or --no-origins, not both") }
            guard mask.isEmpty || !noMasks else { throw CommandFailure("give --mask or --no-masks, not both") }
            let store = try await store.open()
            let changed = try await Administration.groups(partnerID, in: store)
                .update({ try await store.requireGroup(partnerID) }, apply)
            try output.print(Row(changed), text: "Group \(partnerID) is changed.")
        }

        private func apply(to group: inout Group) throws {
            group.name = name ?? group.name
            group.usePolicy = usePolicy ?? group.usePolicy
            if noOrigins || !origin.isEmpty { group.embeddingOrigins = origin }
            group.site = site ?? group.site
            if !privilege.isEmpty { group.privileges = try PrivilegeSet(names: privilege) }
            switch desktopClient {
            case true?: group.privileges.insert(.desktopClient)
            case false?: group.privileges.remove(.desktopClient)
            case nil: break
            }
            group.allowsLoginKeyURLs = loginKeyURLs ?? group.allowsLoginKeyURLs
            group.requiresVersion2Keys = requireVersion2 ?? group.requiresVersion2Keys
            group.allowsPasswords = passwords ?? group.allowsPasswords
            group.secondFactor = secondFactor ?? group.secondFactor
            group.securityKeys = securityKeys ?? group.securityKeys
            if noMasks || !mask.isEmpty { group.masks.selectors = mask }
            group.masks.everything = maskEverything ?? group.masks.everything
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all groups.",
            discussion: "Example:\n  latchkey group list --json"
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let groups = try await store.open().groups()
            try output.print(
                groups.map(Row.init),
                columns: [
                    ("PARTNERID", { $0.partnerID }), ("NAME", { $0.name }), ("USE POLICY", { $0.usePolicy }),
                    ("ORIGINS", { $0.origins.joined(separator: " ") }),
                ],
                empty: "There is no group yet. Make one: latchkey group create 12345 --name \"Acme\""
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a group and what belongs to it.",
            discussion: "Example:\n  latchkey group show 12345"
        )

        private struct Report: Encodable {
            let group: Row
            let validAPIKeys: Int
            let users: Int
            let roles: Int
            let openSessions: Int

            var text: String {
                [
                    ("partner id", group.partnerID), ("name", group.name), ("site", group.site),
                    ("use policy", group.usePolicy), ("LoginKeys in URLs", group.loginKeyURLs ? "accepted" : "refused"),
                    ("LoginKeys of version 1", group.requiresVersion2Keys ? "refused" : "accepted"),
                    ("passwords", group.passwords ? "accepted" : "refused"),
                    ("second factor", group.secondFactor), ("security keys", group.securityKeys),
                    ("origins", group.origins.joined(separator: " ")),
                    ("masked", group.masksEverything ? "everything" : group.masks.joined(separator: ", ")),
                    ("privileges", group.privileges.joined(separator: " ")), ("valid API keys", "\(validAPIKeys)"),
                    ("users", "\(users)"), ("roles", "\(roles)"), ("open sessions", "\(openSessions)"),
                ]
                .lines
            }
        }

        @Argument(help: "The PartnerId.") var partnerID: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let now = TimeSource.system.seconds
            let sessions = try await store.countSessions(matching: SessionQuery(isOpen: true), of: partnerID, at: now)
            let report = Report(
                group: Row(try await store.requireGroup(partnerID)),
                validAPIKeys: try await store.apiKeys(of: partnerID).count { $0.isValid(at: now) },
                users: try await store.users(matching: UserQuery(limit: 1), of: partnerID).total,
                roles: try await store.roles(of: partnerID).count,
                openSessions: sessions.reduce(0) { $0 + $1.count }
            )
            try output.print(report, text: report.text)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a group with its users, keys, roles and sessions; the audit stays.",
            discussion: """
                Its agents are refused from the next request on, and live sessions end within seconds. Only a backup \
                brings the group back: see `latchkey backup`.

                Example:
                  latchkey group delete 12345 --name "Acme Support"
                """
        )

        @Argument(help: "The PartnerId.") var partnerID: PartnerID
        @Option(help: "The group's name, so that no other is deleted by mistake.") var name: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let group = try await store.requireGroup(partnerID)
            guard group.name == name else {
                throw CommandFailure(
                    "group \(partnerID) is not called \"\(name)\"; see `latchkey group show \(partnerID)`"
                )
            }
            try await Administration.groups(partnerID, in: store).delete(partnerID)
            try output.print(Row(group), text: "Deleted group \(partnerID).")
        }
    }
}

extension Administration {
    /// The operator's administration of groups, about one of them.
    fileprivate static func groups(_ partnerID: PartnerID, in store: any AccountStore) -> GroupAdministration {
        GroupAdministration(store: store, by: administrator(of: partnerID))
    }
}
