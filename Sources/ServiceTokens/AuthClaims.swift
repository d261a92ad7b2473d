package import Accounts
internal import LoginKey
internal import WireCodec

/// The claims of the `authToken` that `Authorize` answers: one agent of one group, with the agent's privileges.
///
/// Source: `docs/protocol.md#authorize`.
package struct AuthClaims: SignInClaims {
    package static let audience = "latchkey-services"
    /// The `iss` of our own tokens.
    package static let issuer = "latchkey"

    /// Who has made it: ``issuer``.
    package let iss: String
    package let aud: String
    /// The user's number.
    package let sub: Int64
    /// The group.
    package let groupId: String
    /// The PartnerUserId; empty for none.
    package let puid: String
    /// What people call the user.
    package let name: String
    /// The names of what the agent may do.
    package let privileges: [String]
    /// What the token is for.
    package let service: String
    package let keyId: Int64
    /// When it was made, in Unix seconds.
    package let iat: Int64
    package let exp: Int64
    /// The click, as a correlation id.
    package let cid: String
    /// The privileges as they were given; not a claim of its own, and `nil` in claims that were read.
    private(set) var privilegeSet: PrivilegeSet?

    private enum CodingKeys: String, CodingKey {
        case iss
        case aud
        case sub
        case groupId
        case puid
        case name
        case privileges
        case service
        case keyId
        case iat
        case exp
        case cid
    }

    /// Makes claims.
    ///
    /// - Parameters:
    ///   - user: Whose token it is.
    ///   - privileges: What the user may do, group and role together.
    ///   - service: What it is for.
    ///   - root: What the sign-in depends on; `nil` if neither an API key nor a password.
    ///   - correlationID: The click.
    ///   - issuedAt: Unix time in seconds.
    ///   - lifetime: How long it lives, in seconds.
    package init(
        user: User,
        privileges: PrivilegeSet,
        service: String,
        root: SignInRoot?,
        correlationID: CorrelationID,
        issuedAt: Int64,
        lifetime: Int64
    ) {
        self.iss = Self.issuer
        self.aud = Self.audience
        self.sub = user.id.number
        self.groupId = user.partnerID.text
        self.puid = user.partnerUserID?.text ?? ""
        self.name = user.displayName
        self.privileges = PrivilegeTexts.of(privileges).names
        self.privilegeSet = privileges
        self.service = service
        self.keyId = root?.number ?? 0
        self.iat = issuedAt
        self.exp = issuedAt + lifetime
        self.cid = correlationID.text
    }

    package func json() -> [UInt8] { commonJSON + ownJSON }

    /// The beginning of the payload: what all tokens for one service with the same privileges have in common.
    var commonJSON: [UInt8] {
        JSONWriter.object(capacity: 1024) { json in
            json.member("iss", iss)
            json.member("aud", aud)
            json.member("service", service)
            json.member("privileges", privileges)
        }
        .dropLast()
    }

    /// The rest of it: who, until when, and for which click.
    ///
    /// Written by hand, as it is part of every sign-in.
    var ownJSON: [UInt8] {
        var json = JSONWriter.object(capacity: 256) { json in
            json.member("sub", sub)
            json.member("groupId", groupId)
            json.member("puid", puid)
            json.member("name", name)
            json.member("keyId", keyId)
            json.member("iat", iat)
            json.member("exp", exp)
            json.member("cid", cid)
        }
        json[0] = UInt8(ascii: ",")
        return json
    }
}
