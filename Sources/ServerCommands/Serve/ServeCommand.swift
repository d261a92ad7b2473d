internal import Accounts
internal import ArgumentParser
internal import ServerApp

/// `latchkey serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server: services, pages, panel and session server in one process.",
        discussion: """
            Makes the database and the master key on first start. Keep the master key apart from backups of the \
            database: neither is useful without the other.

            Every setting can come from a flag, the environment or a JSON file; see `latchkey configuration`.

            Example:
              latchkey serve --port 8443 --certificate-file cert.pem --key-file key.pem --public-url https://latchkey.example
            """
    )

    @OptionGroup var store: StoreOptions

    @Option(help: "Address to listen on (key http.host).")
    var host: String?

    @Option(help: "Port to listen on (key http.port).")
    var port: Int?

    @Option(help: "URL at which people reach the server (key http.publicURL).")
    var publicURL: String?

    @Option(help: "PEM file with the certificate chain (key tls.certificateFile).")
    var certificateFile: String?

    @Option(help: "PEM file with the private key (key tls.keyFile).")
    var keyFile: String?

    func run() async throws {
        var given: [Settings.Key: String] = [:]
        given[.httpHost] = host
        given[.httpPort] = port.map(String.init)
        given[.httpPublicURL] = publicURL
        given[.tlsCertificateFile] = certificateFile
        given[.tlsKeyFile] = keyFile
        let flags = given
        let settings = try await store.settings(adding: flags)
        let opened = try settings.openStore(.updating)
        let masterKey = try settings.masterKey()
        let server = try Server(settings: settings, store: opened, masterKey: masterKey) { [store] in
            try await store.settings(adding: flags)
        }
        let greeting = try settings.reachability().text
        try await server.run { announce(greeting) }
    }
}
