package import Authentication
internal import Foundation
internal import ServiceTokens
internal import SystemSupport

/// `latchkey-saml`, the program that reads XML and checks its signatures: started anew for each document, behind pipes.
///
/// It has no network, no files, two seconds of processor time, and 256 MiB of memory; what takes longer is killed.
package struct SAMLProgram: SAMLReader {
    /// The most bytes of XML that it is given; with certificates of ``Accounts/SAMLTrust/maximumByteCount`` they fit into a pipe.
    package static let maximumByteCount = 48 * 1024 - 1

    private static let patience = Duration.seconds(10)

    private let path: String

    /// Uses the program at a path.
    package init(path: String) {
        self.path = path
    }

    /// Uses the program beside the one that runs.
    package static var besideThisOne: Self {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return Self(path: own.deletingLastPathComponent().appending(path: "latchkey-saml").path())
    }

    package func read(_ response: [UInt8], certificates: String) -> SAMLReading {
        guard response.count <= Self.maximumByteCount else { return .refused("the response is longer than 48 KiB") }
        guard let xml = String(validating: response, as: UTF8.self), !xml.utf8.contains(0) else {
            return .refused("the response is no UTF-8")
        }
        switch answer("response", input: certificates + "\0" + xml, as: SAMLClaims.self) {
        case .success(let claims): return .said(claims)
        case .failure(let error):
            return error.isRefusal ? .refused(error.description) : .unavailable(error.description)
        }
    }

    /// Reads a provider's metadata; blocks the thread.
    ///
    /// - Parameter xml: An `EntityDescriptor`, at most 64 KiB.
    /// - Returns: What it says.
    /// - Throws: ``SAMLProgramError``.
    package func metadata(_ xml: String) throws(SAMLProgramError) -> ProviderMetadata {
        try answer("metadata", input: xml, as: ProviderMetadata.self).get()
    }

    /// Makes a key with which requests are signed, and its certificate; blocks the thread.
    ///
    /// - Throws: ``SAMLProgramError``.
    package func newKey() throws(SAMLProgramError) -> RequestKey {
        try answer("key", input: "", as: RequestKey.self).get()
    }

    private func answer<Value: Decodable>(
        _ task: String,
        input: String,
        as type: Value.Type
    ) -> Result<Value, SAMLProgramError> {
        do {
            let run = try ChildProcess.run(path, [task], environment: [:], input: input, within: Self.patience)
            guard run.ending == .exited(0) else {
                // Its limits are reached by nothing but a document.
                return .failure(.refused("it cannot be read within the limits (\(run.ending))"))
            }
            let line = Data(run.output.utf8)
            if let refusal = try? JSONDecoder().decode(Refusal.self, from: line) {
                return .failure(.refused("\(refusal.refused): \(refusal.detail)"))
            }
            return .success(try JSONDecoder().decode(type, from: line))
        } catch let error as SystemCallError {
            return .failure(.unavailable("\(error)"))
        } catch {
            return .failure(.unavailable("latchkey-saml answers with what is no answer"))
        }
    }

    private struct Refusal: Decodable {
        let refused: String
        let detail: String
    }
}
