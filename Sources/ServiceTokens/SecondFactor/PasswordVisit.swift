package import Accounts
internal import Crypto
internal import FoundationEssentials
internal import LoginKey

/// A sign-in whose password was right and which waits for more: what the browser brings back, sealed, in a cookie.
///
/// It holds no password, and binds the next step to the browser, to the password that was right, and to a few minutes.
package struct PasswordVisit: Codable, Equatable, Sendable {
    /// How long somebody may take, in seconds.
    package static let lifetime: Int64 = 300

    /// What comes next.
    package enum Step: Codable, Equatable, Sendable {
        /// A code of the second factor that the user has.
        case code(factor: Int64)
        /// The first code of a new app, in place of the factor that the user has, or of none (0); the secret is the app's.
        case enrolment(secret: String, replacing: Int64)
        /// A new security key, beside the factor that the user has, or none (0).
        case securityKey(replacing: Int64)
    }

    /// What the user wants.
    package enum Aim: Codable, Equatable, Sendable {
        /// To sign in.
        case signIn
        /// To set a new app up.
        case app
        /// To add a security key.
        case securityKey
        /// To take one of the security keys away.
        case removal(key: Int64)
    }

    /// What the form has to bring: 32 hexadecimal digits.
    package let id: String
    /// The user's number.
    package let userID: Int64
    /// The group.
    package let groupID: String
    /// What comes next.
    package private(set) var step: Step
    /// What nodes know of ``aim`` that know of no security keys: whether it is anything but to sign in.
    private let isForEnrolment: Bool
    /// What the user wants; `nil` in a visit of such a node.
    private let wanted: Aim?
    /// Whether the visit is in a window that a page in a frame has opened; `nil` in a visit of such a node.
    private let isWindow: Bool?
    /// What follows from the password's hash: a password that was changed meanwhile is right no more.
    package let passwordMark: String
    /// The page of ours that is opened afterwards.
    package let page: String
    /// Its query.
    package let query: String
    /// The click, as a correlation id.
    package let click: String
    /// The first second at which it is over.
    package let ends: Int64

    /// Begins a visit.
    ///
    /// - Parameters:
    ///   - user: Whose password was right.
    ///   - step: What comes next.
    ///   - aim: What the user wants.
    ///   - isInWindow: Whether it is in a window that a page in a frame has opened, which waits for the sign-in.
    ///   - page: The page of ours that is opened afterwards.
    ///   - query: That page's query.
    ///   - correlationID: The click.
    ///   - now: Unix time in seconds.
    ///   - random: Where the id comes from.
    package init(
        of user: User,
        step: Step,
        aim: Aim,
        isInWindow: Bool = false,
        page: String,
        query: String,
        correlationID: CorrelationID,
        at now: Int64,
        random: RandomSource
    ) {
        self.id = random.correlationID().text
        self.userID = user.id.number
        self.groupID = user.partnerID.text
        self.step = step
        self.isForEnrolment = aim != .signIn
        self.wanted = aim
        self.isWindow = isInWindow
        self.passwordMark = Self.mark(of: user)
        self.page = page
        self.query = query
        self.click = correlationID.text
        self.ends = now + Self.lifetime
    }

    /// The same visit with another step.
    package func changed(to step: Step) -> Self {
        var changed = self
        changed.step = step
        return changed
    }

    /// What the user wants.
    package var aim: Aim { wanted ?? (isForEnrolment ? .app : .signIn) }

    /// Whether it is in a window that a page in a frame has opened, which waits for the sign-in.
    package var isInWindow: Bool { isWindow ?? false }

    /// What a security key signs, in place of a code: the 32 digits of the id, of which 128 bits are random.
    package var challenge: [UInt8] { Array(id.utf8) }

    /// What follows from a user's password hash: 16 bytes of SHA-256, as base64url.
    package static func mark(of user: User) -> String {
        let digest = Array(SHA256.hash(data: Array((user.passwordHash?.text ?? "").utf8)).prefix(16))
        return Base64URL.text(of: digest.span)
    }
}

/// Seals visits with AES-256-GCM, under a key that is for nothing else.
package struct PasswordVisitSealer: Sendable {
    /// The most characters of a sealed visit; a cookie has room for 4,096 bytes.
    package static let maximumLength = 3800

    private let sealer: TextSealer

    /// Makes a sealer whose key is derived from the master key.
    package init(masterKey: MasterKey) {
        self.sealer = TextSealer(masterKey: masterKey, purpose: "password visit")
    }

    /// Seals a visit.
    ///
    /// - Returns: base64url; at most ``maximumLength`` characters for a query of at most 1,000.
    /// - Throws: An error of swift-crypto.
    package func seal(_ visit: PasswordVisit) throws -> String {
        try sealer.seal(try JSONEncoder().encode(visit))
    }

    /// Opens a visit; `nil` if it was not sealed here, was changed, or is over.
    package func open(_ text: String, at now: Int64) -> PasswordVisit? {
        guard text.utf8.count <= Self.maximumLength, let plain = sealer.open(text),
            let visit = try? JSONDecoder().decode(PasswordVisit.self, from: plain), now < visit.ends
        else { return nil }
        return visit
    }
}
