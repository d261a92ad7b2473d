internal import Accounts
internal import Authentication
package import HTTPCore
package import Logging
internal import LoginKey
package import Mail
internal import Metrics

/// Takes requests for links that set a new password, and handles them one after the other after answering.
///
/// The answer comes before anything is looked up: neither words nor time tell whether there is such a user
/// (`docs/threats.md#password-reset`).
package final class PasswordResetService: Sendable {
    /// A request for a link.
    struct Request: Sendable {
        /// The user name or the e-mail address that was typed.
        let name: String
        /// The group in which an e-mail address is looked up; `nil` if it is not known.
        let partnerID: PartnerID?
        /// When, from where.
        let attempt: Attempt

        /// What the audit calls it: what cannot be a name may be a password in the wrong field.
        var auditName: String {
            (try? Username(parsing: name)) != nil || MailAddress(name) != nil ? name : ""
        }
    }

    /// The most requests that wait.
    private static let capacity = 1000
    /// The most users of one address that are sent a link each.
    private static let maximumUsers = 5

    private let signInService: SignInService
    private let outbox: Outbox
    private let letters: PasswordResetLetters
    private let logger: Logger
    private let requests: AsyncStream<Request>
    private let continuation: AsyncStream<Request>.Continuation

    /// Makes a service, which handles requests while it runs.
    package init(signInService: SignInService, outbox: Outbox, site: WebSite, logger: Logger) {
        self.signInService = signInService
        self.outbox = outbox
        self.letters = PasswordResetLetters(publicURL: site.publicURL)
        self.logger = logger
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Handles requests until the task is cancelled.
    package func run() async {
        for await request in requests { await look(at: request) }
    }

    /// Takes a request.
    ///
    /// - Throws: ``AnswerError/unavailable`` if too many wait, whomever they are about.
    func take(_ request: Request) throws(AnswerError) {
        guard case .enqueued = continuation.yield(request) else { throw .unavailable }
    }

    /// Tells a user that the password was changed.
    func notify(_ user: User, _ group: Group, _ attempt: Attempt) {
        Self.count("changed")
        guard let address = MailAddress(user.email) else { return }
        _ = outbox.send(letters.notice(user, group, to: address, attempt), correlationID: attempt.correlationID)
    }

    private func look(at request: Request) async {
        do throws(AccountsError) {
            let users = try await users(request)
            guard !users.isEmpty else { return try await refuse(.unknownUser, nil, request) }
            let isClear = users.count(where: { $0.partnerID == users.last?.partnerID }) <= Self.maximumUsers
            guard isClear else { return try await refuse(.ambiguousUser, nil, request) }
            for user in users { try await offer(user, request) }
        } catch {
            logger.error(
                "nothing could be decided",
                metadata: ["error": "\(error)", "correlation.id": "\(request.attempt.correlationID)"]
            )
        }
    }

    /// The user with the user name; if that is nobody in the group, all of its users with the e-mail address.
    ///
    /// User names are unique in the installation, and may look like addresses: one that another group gives away does not
    /// come between a group's users and their mail.
    private func users(_ request: Request) async throws(AccountsError) -> [User] {
        let store = signInService.authenticator.store
        var named: User?
        if let username = try? Username(parsing: request.name) {
            named = try await store.snapshot(of: .username(username), at: request.attempt.seconds)?.user
        }
        let users = named.map { [$0] } ?? []
        guard let partnerID = request.partnerID, named?.partnerID != partnerID, MailAddress(request.name) != nil else {
            return users
        }
        let filter = UserFilter.text(.email, .equals, request.name)
        return try await users
            + store.users(matching: UserQuery(filter: filter, limit: Self.maximumUsers + 1), of: partnerID).users
    }

    private func offer(_ user: User, _ request: Request) async throws(AccountsError) {
        guard signInService.mayBeSentLink(user, at: request.attempt.time) else {
            return try await refuse(.tooManyLinks, user, request)
        }
        let offer = try await signInService.authenticator.offerPasswordReset(
            of: .person(user.partnerID, user.id),
            named: request.auditName,
            canGetMail: { MailAddress($0) != nil },
            attempt: request.attempt
        )
        switch offer {
        case .refused(let reason): note(reason, request)
        case .link(let link): try await send(link, request)
        }
    }

    private func send(_ link: PasswordResetLink, _ request: Request) async throws(AccountsError) {
        // The address of the user, never the one that was typed.
        guard let address = MailAddress(link.user.email) else { return }
        let id = request.attempt.correlationID
        let isTaken = outbox.send(letters.letter(link, to: address, id), correlationID: id) { [self] error in
            guard error != nil else { return Self.count("sent") }
            do throws(AccountsError) {
                try await refuse(.mailNotSent, link.user, request)
            } catch {
                logger.error("what became of a mail could not be written down: \(error)")
            }
        }
        if !isTaken { try await refuse(.mailNotSent, link.user, request) }
    }

    private func refuse(_ reason: RefusalReason, _ user: User?, _ request: Request) async throws(AccountsError) {
        try await signInService.authenticator.refusePasswordReset(
            reason,
            of: user,
            in: request.partnerID,
            named: request.auditName,
            attempt: request.attempt
        )
        note(reason, request)
    }

    private func note(_ reason: RefusalReason, _ request: Request) {
        Self.count("refused")
        logger.notice(
            "no link for a new password",
            metadata: ["reason": "\(reason)", "correlation.id": "\(request.attempt.correlationID)"]
        )
    }

    private static func count(_ outcome: String) {
        Counter(label: "latchkey_password_resets_total", dimensions: [("outcome", outcome)]).increment()
    }
}
