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
                The Canvas app's consumer secret comes from the file or from LATCHKEY_CONSUMER_SECRET, the API key \
                from its file or from LATCHKEY_API_KEY. The API key has to be one of the group's.

                Example:
                  latchkey salesforce connect 00DFk0000001234MAA --group 12345 --user-field userId \\
                    --consumer-secret-file canvas.secret --api-key-file api.key
                """
        )

        @Argument(help: "The organisation's id, 18 characters.") var organization: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "Where the PartnerUserId comes from: userId, userName, email or parameters.NAME.")
        var userField = "userId"
        @Option(help: "How long the panel's LoginKeys live, in seconds: 1 to 86,400.") var lifetime: Int64 = 3600
        @Option(help: "File with the Canvas app's consumer secret, or -.") var consumerSecretFile: String?
        @Option(help: "File with the API key, or -.") var apiKeyFile: String?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let field = SalesforceOrganization.UserField(userField) else {
                throw CommandFailure("--user-field is userId, userName, email or parameters.NAME")
            }
            guard organization.count == 18, organization.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
            else {
                throw CommandFailure("the organisation's id is 18 letters and digits, such as 00DFk0000001234MAA")
            }
            guard (1...LoginKey.maximumLifetime).contains(lifetime) else {
                throw CommandFailure("--lifetime is 1 to 86400 seconds")
            }
            let secret = try SecretInput.read(file: consumerSecretFile, variable: "LATCHKEY_CONSUMER_SECRET")
            let apiKey = try SecretInput.read(file: apiKeyFile, variable: "LATCHKEY_API_KEY")
            guard let secret, secret.utf8.count >= 16, let apiKey else {
                throw CommandFailure("hand in the consumer secret (16 characters or more) and the API key; see --help")
            }
            let settings = SalesforceOrganization(
                id: organization,
                partnerID: group,
                userField: field,
                apiKey: try APIKey(text: apiKey),
                consumerSecret: secret,
                loginKeyLifetime: lifetime
            )
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            let now = TimeSource.system.seconds
            let isOwn = try await store.apiKeys(of: group)
                .contains { $0.isValid(at: now) && $0.apiKey.withSecretBytes { Array($0) } == Array(apiKey.utf8) }
            guard isOwn else {
                throw CommandFailure(
                    "the API key is no valid one of group \(group), so that no LoginKey of the panel would be good; see "
                        + "`latchkey apikey list` and `latchkey apikey create`"
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
