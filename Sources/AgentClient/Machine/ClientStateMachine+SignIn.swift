// From a launch to a sign-in, and how it is kept.

extension ClientStateMachine {
    /// A token is renewed when three quarters of its life are over, and not more often than this, in milliseconds.
    private static let minimumRenewalInterval: Int64 = 15_000

    private static func renewalDue(_ signIn: SignIn, at now: Int64) -> Int64 {
        now + max((signIn.tokenEnds - now) * 3 / 4, minimumRenewalInterval)
    }

    mutating func begin(_ launch: Launch, _ identity: Identity) -> [ClientAction] {
        self.launch = launch
        launching = identity
        markOver(launch)
        signInAttempts = 1
        signInDue = nil
        return [.signIn(launch)]
    }

    mutating func endLaunch() {
        launch = nil
        launching = nil
    }

    /// The server has let the user in.
    package mutating func signedIn(_ launch: Launch, _ signIn: SignIn, at now: Int64) -> [ClientAction] {
        guard self.launch == launch else { return [] }
        endLaunch()
        problem = nil
        // Confirmed, if it is another user; the session of the one before ends here.
        let isOther = self.signIn.map { !$0.identity.isSameUser(as: signIn.identity) } ?? false
        var actions: [ClientAction] = isOther ? leave() : []
        self.signIn = signIn
        renewalDue = Self.renewalDue(signIn, at: now)
        actions.append(.note("signed in to group \(signIn.identity.groupID) on \(signIn.identity.server)"))
        actions.append(.accept(signIn.identity))
        if let target = launch.target { actions += enter(target, at: now) }
        return actions
    }

    /// The server has not let the user in, or could not be reached.
    package mutating func signInFailed(_ launch: Launch, _ failure: ServiceFailure, at now: Int64) -> [ClientAction] {
        guard self.launch == launch else { return [] }
        if failure == .unreachable, signInAttempts < Self.maximumSignInAttempts {
            signInAttempts += 1
            signInDue = now + Self.backoff(signInAttempts)
            return [.note("the server cannot be reached; trying again")]
        }
        endLaunch()
        if failure == .unreachable {
            problem = "The server \(launch.server) cannot be reached. Click again in a moment."
        } else {
            problem =
                launch.ticket == nil
                ? "The sign-in was refused. Click again; if that does not help, ask your administrator."
                : "The sign-in was refused. If the page asks, compare the code of this computer; else click again."
        }
        return [.note("the sign-in did not succeed: \(failure)")]
    }

    /// A new token has come.
    package mutating func renewed(_ old: SignIn, _ new: SignIn, at now: Int64) -> [ClientAction] {
        guard signIn == old else { return [] }
        signIn = new
        renewalDue = Self.renewalDue(new, at: now)
        return [.note("the token is renewed")]
    }

    /// No new token has come.
    package mutating func renewalFailed(_ old: SignIn, _ failure: ServiceFailure, at now: Int64) -> [ClientAction] {
        guard signIn == old else { return [] }
        if failure == .unreachable {
            renewalDue = now + 15_000
            return [.note("the token could not be renewed; trying again")]
        }
        problem = "You are signed out: the server does not accept the sign-in any more. Click again in your CRM."
        return signOut()
    }

    /// Waiting times that double from a half second to thirty seconds.
    static func backoff(_ failures: Int) -> Int64 {
        min(500 << Int64(min(failures, 6)), 30_000)
    }
}
