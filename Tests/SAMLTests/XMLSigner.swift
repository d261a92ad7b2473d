import Foundation
import SAML
import SystemSupport
import TestSupport
import Testing

/// Signs drafts with `xmlsec1`, as a provider does.
struct XMLSigner {
    static let program = SAMLProgram(path: programPath)

    /// The `latchkey-saml` that was built beside the tests.
    static let programPath: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "latchkey-saml").path
    }()

    /// One key for all tests: making it takes a while.
    static let shared = Result { try XMLSigner() }

    let key: RequestKey
    private let folder: TemporaryFolder

    init() throws {
        key = try Self.program.newKey()
        folder = try TemporaryFolder()
        try key.key.write(toFile: folder.path + "/key.pem", atomically: true, encoding: .utf8)
        try key.certificate.write(toFile: folder.path + "/certificate.pem", atomically: true, encoding: .utf8)
    }

    /// The draft as XML, signed where it says so.
    func sign(_ draft: ResponseDraft) throws -> String {
        guard draft.signed != .nothing else { return draft.xml }
        let file = folder.path + "/\(UUID().uuidString).xml"
        try draft.xml.write(toFile: file, atomically: true, encoding: .utf8)
        let names = "urn:oasis:names:tc:SAML:2.0"
        let elements = ["\(names):protocol:Response", "\(names):assertion:Assertion"]
        let keys = "\(folder.path)/key.pem,\(folder.path)/certificate.pem"
        let run = try ChildProcess.run(
            "xmlsec1",
            ["--sign", "--privkey-pem", keys] + elements.flatMap { ["--id-attr:ID", $0] } + [file]
        )
        try #require(run.ending == .exited(0), "xmlsec1 does not sign: \(run.output)")
        // It prints a declaration, which is as good as none.
        return String(run.output.drop { $0 != "\n" }.dropFirst())
    }
}
