internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey salesforce`.
struct SalesforceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salesforce",
        abstract: "Connect a Salesforce organisation to a group.",
        subcommands: [Connect.self]
    )

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

        @Argument(help: "The organisation's id, 18 characters.") var organization: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "Where the PartnerUserId comes from: userId, userName, email or parameters.NAME.")
        var userField = "userId"
        @Option(help: "How long the panel's LoginKeys live, in seconds: 1 to 86,400.") var lifetime: Int64 = 3600
        @Option(help: "File with the Canvas app's consumer secret, or -.") var consumerSecretFile: String?
        @Flag(
            help: """
                With parameters.NAME: a CRM user can choose Canvas parameters in the browser, and Salesforce signs them. \
                Say this only where a lifecycle handler on the server sets the parameter; else anybody of the \
                organisation can sign in as anybody of the group.
                """
        )
        var trustCanvasParameters = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let field = SalesforceOrganization.UserField(userField) else {
                throw CommandFailure("--user-field is userId, userName, email or parameters.NAME")
            }
            if case .parameter = field, !trustCanvasParameters {
                throw CommandFailure(
                    "a CRM user can choose Canvas parameters in the browser, and so sign in as somebody else: use userId, "
                        + "userName or email, or add --trust-canvas-parameters if a lifecycle handler sets \(userField)"
                )
            }
            guard organization.count == 18, organization.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
            else {
                throw CommandFailure("the organisation's id is 18 letters and digits, such as 00DFk0000001234MAA")
            }
            guard (1...LoginKey.maximumLifetime).contains(lifetime) else {
                throw CommandFailure("--lifetime is 1 to 86400 seconds")
            }
            let secret = try SecretInput.read(file: consumerSecretFile, variable: "LATCHKEY_CONSUMER_SECRET")
            guard let secret, secret.utf8.count >= 16 else {
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
            let now = TimeSource.system.seconds
            guard try await store.apiKeys(of: group).contains(where: { $0.isValid(at: now) }) else {
                throw CommandFailure(
                    "group \(group) has no valid API key, so that the panel could make no LoginKey; see `latchkey apikey "
                        + "create`"
                )
            }
            try await store.saveOrganization(
                settings,
                recording: Administration.event("Salesforce organisation \(organization) connected", in: group)
            )
            try output.print(
                ["organization": organization, "partnerID": group.text, "userField": userField],
                text: "Salesforce organisation \(organization) is connected to group \(group)."
            )
        }
    }
}
