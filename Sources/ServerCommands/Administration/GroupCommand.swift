internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey group`.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Make, list and change groups.",
        discussion: "A group is one customer of the installation. Its id is the PartnerId of its LoginKeys.",
        subcommands: [Create.self, Update.self, List.self]
    )

    fileprivate struct Row: Encodable {
        let partnerID: String
        let name: String
        let site: String
        let usePolicy: String
        let origins: [String]
        let privileges: [String]
        let loginKeyURLs: Bool

        init(_ group: Group) {
            partnerID = group.partnerID.text
            name = group.name
            site = group.site.rawValue
            usePolicy = group.usePolicy.rawValue
            origins = group.embeddingOrigins.map(\.text)
            privileges = group.privileges.names
            loginKeyURLs = group.allowsLoginKeyURLs
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
            try Provisioning.check(name, field: "name", limit: 100)
            let group = Group(
                partnerID: partnerID,
                name: name,
                site: site,
                embeddingOrigins: origin,
                usePolicy: usePolicy
            )
            do {
                try await store.open(.making)
                    .createGroup(group, recording: Administration.event("group created", in: partnerID))
            } catch let error as AccountsError where error.code == .alreadyExists {
                throw CommandFailure("group \(partnerID) is there already; to change it: latchkey group update --help")
            }
            try output.print(
                Row(group),
                text: "Group \(partnerID) is there. Next: latchkey apikey create --group \(partnerID)"
            )
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a group. What is not given stays as it is.",
            discussion: """
                --origin replaces the whole list, --no-origins empties it. --privilege replaces what the group's \
                agents may do at the most.

                Examples:
                  latchkey group update 12345 --use-policy once --origin https://crm.example
                  latchkey group update 12345 --desktop-client --no-login-key-urls
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
            help: "Accept LoginKeys that stand in URLs of pages and of the client."
        )
        var loginKeyURLs: Bool?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            var group = try await store.requireGroup(partnerID)
            group.name = name ?? group.name
            group.usePolicy = usePolicy ?? group.usePolicy
            guard origin.isEmpty || !noOrigins else { throw CommandFailure("give --origin or --no-origins, not both") }
            if noOrigins || !origin.isEmpty { group.embeddingOrigins = origin }
            group.site = site ?? group.site
            if !privilege.isEmpty { group.privileges = try PrivilegeSet(names: privilege) }
            if let desktopClient {
                if desktopClient {
                    group.privileges.insert(.desktopClient)
                } else {
                    group.privileges.remove(.desktopClient)
                }
            }
            group.allowsLoginKeyURLs = loginKeyURLs ?? group.allowsLoginKeyURLs
            try Provisioning.check(group.name, field: "name", limit: 100)
            try await store.updateGroup(group, recording: Administration.event("group changed", in: partnerID))
            try output.print(Row(group), text: "Group \(partnerID) is changed.")
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
}
