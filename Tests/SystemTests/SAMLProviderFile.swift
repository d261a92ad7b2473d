import Foundation

/// What a SAML provider publishes about itself, with a certificate that `openssl` makes.
enum SAMLProviderFile {
    static let issuer = "https://idp.example/metadata"

    /// Writes the metadata into a server's folder.
    ///
    /// - Parameters:
    ///   - server: Whose folder.
    ///   - change: What is different in the XML.
    /// - Returns: The path.
    /// - Throws: What writing it comes to.
    static func write(for server: ServerProcess, _ change: (String) -> String = { $0 }) throws -> String {
        let file = server.folder + "/metadata.xml"
        try change(document(certificate(in: server.folder))).write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    private static func certificate(in folder: String) throws -> String {
        let file = folder + "/idp.pem"
        let make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=idp -out \(file) 2>/dev/null"
        try Tool.run("/bin/sh", ["-c", make])
        return try String(contentsOfFile: file, encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("-") }.joined(separator: "\n")
    }

    private static func document(_ certificate: String) -> String {
        """
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="\(issuer)">\
        <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
        <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>\
        <ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
        <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
        Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>
        """
    }
}
