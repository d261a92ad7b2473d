internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey salesforce`.
struct SalesforceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salesforce",
        abstract: "Connect Salesforce organisations to groups.",
        subcommands: [Connect.self, List.self, Show.self, Disconnect.self]
    )

    private static func administration(
        of group: PartnerID,
        in store: any AccountStore
    ) -> OrganizationAdministration {
        OrganizationAdministration(store: store, of: group, by: Administration.administrator(of: group))
    }

    fileprivate struct Row: Encodable {
        let organization: String
        let partnerID: String
        let userField: String
        let loginKeyLifetime: Int64

        init(_ organization: SalesforceOrganization) {
            self.organization = organization.id
            partnerID = organization.partnerID.text
            userField = organization.userField.text
            loginKeyLifetime = organization.loginKeyLifetime
        }
    }

    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save an organisation's company settings and protected settings.",
            discussion: """
                The Canvas app's consumer secret comes from the file or from LATCHKEY_CONSUMER_SECRET. The panel makes \
                its LoginKeys with the group's newest API key: rotating keys needs no change here.

                Example:
                  latchkey salesforce connect 00DFk0000001234MAA --group 12345 --user-field userId \\
                    --consumer-secret-file canvas.secret
                """
        )

        @Argument(help: "The organisation's id, 15 or 18 characters.") var organization: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "Where the PartnerUserId comes from: userId, userName, email or parameters.NAME.")
        var userField = "userId"
        @Option(help: "How long the panel's LoginKeys live, in seconds: 1 to 86,400.") var lifetime: Int64 = 3600
        @Option(help: "File with the Canvas app's consumer secret, or -.") var consumerSecretFile: String?
        @Flag(
            help: """
                With parameters.NAME: a CRM user can choose Canvas parameters in the browser, and Salesforce signs them. \
                Use this only where a lifecycle handler on the server sets the parameter; otherwise anybody in the \
                organisation can sign in as anybody in the group.
                """
        )
        var trustCanvasParameters = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let field = SalesforceOrganization.UserField(userField) else {
                throw CommandFailure("--user-field is userId, userName, email or parameters.NAME")
            }
            let secret = try SecretInput.read(file: consumerSecretFile, variable: "LATCHKEY_CONSUMER_SECRET")
            guard let secret else {
                throw CommandFailure("provide the consumer secret (16 characters or more); see --help")
            }
            let settings = SalesforceOrganization(
                id: organization,
                partnerID: group,
                userField: field,
                consumerSecret: secret,
                loginKeyLifetime: lifetime
            )
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            let connected = try await SalesforceCommand.administration(of: group, in: store)
                .connect(settings, trustsParameters: trustCanvasParameters, at: TimeSource.system.seconds)
            try output.print(
                ["organization": connected.id, "partnerID": group.text, "userField": userField],
                text: "Salesforce organisation \(connected.id) is connected to group \(group)."
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the connected organisations.",
            discussion: "Example:\n  latchkey salesforce list"
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try output.print(
                try await store.open().organizations().map(Row.init),
                columns: [
                    ("ORGANISATION", { $0.organization }), ("GROUP", { $0.partnerID }),
                    ("USER FIELD", { $0.userField }),
                    ("LIFETIME", { "\($0.loginKeyLifetime)" }),
                ],
                empty: "No organisation is connected; see `latchkey salesforce connect --help`."
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an organisation's settings, without its secret.",
            discussion: "Example:\n  latchkey salesforce show 00DFk0000001234MAA"
        )

        @Argument(help: "The organisation's id, 15 or 18 characters.") var organization: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let row = Row(try await store.open().requireOrganization(organization))
            let values = [
                ("organisation", row.organization), ("partner id", row.partnerID), ("user field", row.userField),
                ("LoginKeys live", "\(row.loginKeyLifetime) s"), ("consumer secret", "set"),
            ]
            try output.print(row, text: values.lines)
        }
    }

    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget an organisation and its secret: its panel is refused from the next request on.",
            discussion: "Example:\n  latchkey salesforce disconnect 00DFk0000001234MAA"
        )

        @Argument(help: "The organisation's id, 15 or 18 characters.") var organization: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let settings = try await store.requireOrganization(organization)
            try await SalesforceCommand.administration(of: settings.partnerID, in: store).disconnect(settings.id)
            try output.print(Row(settings), text: "Disconnected Salesforce organisation \(settings.id).")
        }
    }
}

extension AccountStore {
    /// An organisation that must be connected.
    fileprivate func requireOrganization(_ id: String) async throws -> SalesforceOrganization {
        guard let organization = try await organization(id) else {
            throw CommandFailure("no Salesforce organisation \"\(id)\" is connected; see `latchkey salesforce list`")
        }
        return organization
    }
}
