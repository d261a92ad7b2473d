internal import Accounts
internal import Foundation
package import Mail
internal import NIOSSL
internal import WireCodec

extension Settings {
    /// How mail is sent; `nil` if none is.
    ///
    /// - Throws: ``CommandFailure`` for a setting that is not valid, that is missing, or that means nothing without another.
    package func mail() throws -> (client: MailClient, from: Mailbox)? {
        guard let url = nonEmpty(.mailServer) else {
            let others = [Key.mailFrom, .mailUsername, .mailPasswordFile, .mailCertificateAuthorityFile]
            for key in others where nonEmpty(key) != nil {
                throw CommandFailure("\(key.name) is set, but mail.server is not")
            }
            return nil
        }
        let server = MailServer(url: url, credentials: try mailCredentials(), authority: try mailAuthority())
        guard let server else {
            throw CommandFailure(
                "mail.server is \"\(url)\"; it has to be smtps:// or smtp:// and a host name, with a port if need be, such as "
                    + "smtps://mail.example:465"
            )
        }
        let from = text(.mailFrom)
        guard let sender = Mailbox(parsing: from) else {
            throw CommandFailure(
                "mail.from is \"\(from)\"; it has to be an address such as noreply@support.example, or Latchkey "
                    + "<noreply@support.example>"
            )
        }
        return (MailClient(server: server, as: try publicHost()), sender)
    }

    /// The same for a server, whose links in mails must be safe.
    func mailOfServer() throws -> (client: MailClient, from: Mailbox)? {
        guard let mail = try mail() else { return nil }
        let url = try publicURL()
        guard Origin(url) != nil else {
            throw CommandFailure(
                "mail.server is set, and links in mails would lead to \(url): set http.publicURL to an https:// address"
            )
        }
        return mail
    }

    private func mailCredentials() throws -> MailServer.Credentials? {
        let (username, file) = (text(.mailUsername), text(.mailPasswordFile))
        guard username.isEmpty == file.isEmpty else {
            throw CommandFailure("mail.username and mail.passwordFile have to be set together")
        }
        guard !file.isEmpty else { return nil }
        try FileMode.check(file, of: "password file of the mail server")
        guard let content = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw CommandFailure("mail.passwordFile is \"\(file)\"; it cannot be read")
        }
        let hasBreak = content.last?.isNewline ?? false
        let password = hasBreak ? String(content.dropLast()) : content
        let isOneLine = !password.contains(where: \.isNewline)
        guard isOneLine, let credentials = MailServer.Credentials(username: username, password: password) else {
            throw CommandFailure("mail.passwordFile is \"\(file)\"; it has to hold the password in one line")
        }
        return credentials
    }

    private func mailAuthority() throws -> [NIOSSLCertificate]? {
        guard let file = nonEmpty(.mailCertificateAuthorityFile) else { return nil }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw CommandFailure("mail.certificateAuthorityFile is \"\(file)\"; no PEM certificate can be read there")
        }
        return certificates
    }

    /// The host of the public URL, without brackets and port.
    private func publicHost() throws -> String {
        try publicURL().host
    }
}
