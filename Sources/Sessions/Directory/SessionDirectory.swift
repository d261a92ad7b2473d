package import Accounts
package import LoginKey
package import ServiceTokens
package import WireProtocol

/// Opens sessions, finds them by their key, and hands out server keys.
package struct SessionDirectory: Sendable {
    private let store: any SessionStore & LaunchStore & AuditStore
    private let signers: TokenSigners
    private let placement: SessionPlacement
    private let random: RandomSource
    /// How many random keys are tried for one session.
    private static let maximumKeys = 8

    /// Makes a directory over the sessions in a store.
    package init(
        store: any SessionStore & LaunchStore & AuditStore,
        signers: TokenSigners,
        servers: SessionServers,
        random: RandomSource
    ) {
        self.store = store
        self.signers = signers
        self.placement = SessionPlacement(servers: servers, store: store, random: random)
        self.random = random
    }

    /// The way into a session: where to connect, and with which key.
    package struct Admission: Sendable {
        /// The session.
        package var session: SessionRecord
        /// The URL of the server to connect to.
        package var server: String
        /// What lets the participant in, once within a minute.
        package var serverKey: String
        /// For visitors: lets their page come back.
        ///
        /// `nil` for agents.
        package var resume: String?
    }

    /// Who asks, and when.
    package struct SessionRequester: Sendable {
        /// Which side they are on.
        package var role: SessionSide
        /// Names them within the session: an agent's PartnerUserId or user name, or a random text.
        package var participant: String
        /// The agent's user id; `nil` for a visitor.
        package var userID: User.ID?
        /// What the agent's sign-in depends on; `nil` if neither an API key nor a password.
        package var root: SignInRoot?
        /// What the other side reads.
        package var name: String
        /// What the agent's privileges allow in the session; nothing for a visitor.
        package var capabilities: AgentCapabilities = []
        /// Whether they have proved that they were in the session before.
        fileprivate(set) var isReturning = false
        /// What an agent in the session has made for this one; the session checks it.
        package var invitation: String?
        /// What a visitor has said about themselves, besides the name.
        package var email = ""
        /// A visitor's phone number; empty for none.
        package var phone = ""
        /// When, in Unix milliseconds.
        package var time: Int64
        /// The click.
        package var correlationID: CorrelationID
        /// The address that they ask from.
        package var source: String

        /// Makes a requester who has not been in the session before.
        package init(
            role: SessionSide,
            participant: String,
            userID: User.ID? = nil,
            root: SignInRoot? = nil,
            name: String,
            time: Int64,
            correlationID: CorrelationID,
            source: String
        ) {
            self.role = role
            self.participant = participant
            self.userID = userID
            self.root = root
            self.name = name
            self.time = time
            self.correlationID = correlationID
            self.source = source
        }

        var seconds: Int64 { time / 1000 }

        var visitor: Visitor {
            role == .visitor ? Visitor(name: name, email: email, phone: phone) : Visitor()
        }
    }

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - key: What locates it; `nil` for eight random digits.
    ///   - isKeyless: Whether the key is a visitor id.
    ///   - kind: What the two sides do.
    ///   - partnerID: The group, which must exist.
    ///   - requester: Who opens it.
    /// - Returns: The opener's way in.
    /// - Throws: ``AccountsError/Code/alreadyExists`` if the group has an open session with that key; a random key that is taken is
    ///   followed by another.
    package func open(
        _ key: SessionKey?,
        isKeyless: Bool = false,
        kind: SessionRecord.Kind,
        in partnerID: PartnerID,
        by requester: SessionRequester
    ) async throws(AccountsError) -> Admission {
        var generator = random.generator
        let server = placement.place()
        var session = SessionRecord(
            id: random.correlationID().text,
            partnerID: partnerID,
            key: key ?? SessionKey.random(using: &generator),
            isKeyless: isKeyless,
            kind: kind,
            owner: requester.role,
            status: .settingUp,
            server: server.name,
            createdAt: requester.seconds,
            agent: requester.role == .agent ? requester.participant : "",
            visitor: requester.visitor,
            correlationID: requester.correlationID
        )
        var keysLeft = key == nil ? Self.maximumKeys : 1
        while true {
            keysLeft -= 1
            do {
                let event = event(.granted, "", session.partnerID, session.key, requester, "open")
                try await store.createSession(session, recording: event)
                return try admission(to: session, on: server, for: requester)
            } catch {
                // Of ten thousand open sessions, two would have the same eight digits every other day.
                guard error.code == .alreadyExists, keysLeft > 0 else { throw error }
                session.key = SessionKey.random(using: &generator)
            }
        }
    }

    /// Finds an open session of the group and lets the requester in.
    ///
    /// - Parameters:
    ///   - key: What locates it.
    ///   - partnerID: The requester's group.
    ///   - requester: Who asks. A visitor gets into sessions of agents only.
    ///   - mayJoinKeyless: Whether the requester may join by visitor id.
    /// - Returns: `nil` if there is no such session for the requester, or its server is gone.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func join(
        _ key: SessionKey,
        in partnerID: PartnerID,
        by requester: SessionRequester,
        mayJoinKeyless: Bool = true
    ) async throws(AccountsError) -> Admission? {
        guard var session = try await store.openSession(key, of: partnerID), !session.isStale(at: requester.seconds),
            requester.role == .agent || session.owner == .agent
        else {
            return nil
        }
        guard !session.isKeyless || mayJoinKeyless else {
            try await refuse("missingPrivilege", key, in: partnerID, to: requester)
            return nil
        }
        guard let server = try await home(of: &session, for: requester) else { return nil }
        try await store.append([event(.granted, "", partnerID, key, requester, "join")])
        return try admission(to: session, on: server, for: requester)
    }

    /// Writes down that nobody was let in.
    package func refuse(
        _ reason: String,
        _ key: SessionKey?,
        in partnerID: PartnerID?,
        to requester: SessionRequester
    ) async throws(AccountsError) {
        let event = event(.refused, reason, partnerID, key, requester, "join")
        guard let partnerID, let userID = requester.userID else { return try await store.append([event]) }
        let update = LaunchUpdate(.refused, of: .click(requester.correlationID, userID), in: partnerID)
        try await store.updateLaunches(update, recording: event)
    }

    /// Lets a visitor's page come back to the session that it was in.
    package func resume(
        _ token: String,
        by requester: SessionRequester
    ) async throws(AccountsError) -> Admission? {
        guard let claims = try? signers.visit.verify(token, at: requester.seconds),
            let partnerID = try? PartnerID(parsing: claims.groupId), let key = SessionKey(claims.sessionKey),
            var session = try await store.openSession(key, of: partnerID), session.id == claims.session,
            !session.isStale(at: requester.seconds), let server = try await home(of: &session, for: requester)
        else { return nil }
        var requester = requester
        requester.participant = claims.participant
        requester.isReturning = true
        // The visitor's part belongs to the click too, once an agent has come.
        requester.correlationID = session.correlationID
        requester.name = claims.name
        try await store.append([event(.granted, "", partnerID, key, requester, "resume")])
        return try admission(to: session, on: server, for: requester)
    }

    private func home(
        of session: inout SessionRecord,
        for requester: SessionRequester
    ) async throws(AccountsError) -> SessionServerRecord? {
        let (partnerID, correlationID) = (session.partnerID, session.correlationID)
        return try await placement.home(of: &session) { detail in
            AuditEvent(
                time: requester.time,
                correlationID: correlationID,
                partnerID: partnerID,
                actor: requester.participant,
                action: .sessionMoved,
                outcome: .granted,
                reason: "",
                source: requester.source,
                detail: detail
            )
        }
    }

    private func admission(
        to session: SessionRecord,
        on server: SessionServerRecord,
        for requester: SessionRequester
    ) throws(AccountsError) -> Admission {
        let id = random.correlationID()
        let claims = requester.serverKeyClaims(id: id, in: session, epoch: server.epoch)
        do {
            return Admission(
                session: session,
                server: server.url,
                serverKey: try signers.serverKey.sign(claims),
                resume: requester.role == .visitor ? try signers.visit.sign(requester.visitClaims(in: session)) : nil
            )
        } catch {
            throw AccountsError(code: .storeUnavailable, message: "a server key could not be signed", cause: error)
        }
    }

    private func event(
        _ outcome: AuditEvent.Outcome,
        _ reason: String,
        _ partnerID: PartnerID?,
        _ key: SessionKey?,
        _ requester: SessionRequester,
        _ what: String
    ) -> AuditEvent {
        AuditEvent(
            time: requester.time,
            correlationID: requester.correlationID,
            partnerID: partnerID,
            actor: requester.participant,
            action: .sessionRequested,
            outcome: outcome,
            reason: reason,
            source: requester.source,
            detail: "\(what) as \(requester.role.rawValue), session key \(key?.text ?? "none")"
        )
    }
}

extension SessionDirectory.SessionRequester {
    fileprivate func serverKeyClaims(id: CorrelationID, in session: SessionRecord, epoch: String) -> ServerKeyClaims {
        ServerKeyClaims(
            id: id,
            session: session,
            epoch: epoch,
            role: role,
            participant: participant,
            userID: userID,
            root: root,
            name: name,
            capabilities: capabilities,
            isReturning: isReturning,
            invitation: invitation,
            correlationID: correlationID,
            issuedAt: seconds
        )
    }

    fileprivate func visitClaims(in session: SessionRecord) -> VisitClaims {
        VisitClaims(session: session, participant: participant, name: name, issuedAt: seconds)
    }
}

extension SessionRecord {
    /// Whether a session waits longer than any session may, for the other side or for whoever opened it; its server will end
    /// it at its next look.
    package func isStale(at now: Int64) -> Bool {
        switch status {
        case .active: false
        case .settingUp: now >= createdAt + SessionStateMachine.connectSeconds
        default: now >= createdAt + SessionStateMachine.waitingSeconds
        }
    }
}
