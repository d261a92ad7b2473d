internal import Accounts
internal import FoundationEssentials
internal import LoginKey

/// An identity provider as a row; read by position.
enum IdentityProviderRow {
    private static let key = ["issuer", "audience", "partner_id"]
    private static let others = [
        "user_claim", "key_set", "user_field", "key_url", "key_algorithm", "certificates", "name",
        "authorization_endpoint", "token_endpoint", "scope", "names_itself", "client_secret", "secret_place", "saml",
        "enrolment",
    ]

    static var columns: String { (key + others).joined(separator: ", ") }

    /// What an insertion replaces of a row that is there already.
    static var replacements: String { others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ") }

    static func arguments(_ provider: IdentityProvider, _ vault: SecretVault) throws -> SQLArguments {
        let (keys, signIn) = (provider.keySource, provider.signIn)
        let secret = try signIn?.secret
            .map {
                try vault.seal($0.text, for: .openIDClientSecret, of: provider.partnerID, owner: owner(provider))
            }
        return [
            provider.issuer, provider.audience, provider.partnerID.text, provider.userClaim, provider.keySet,
            provider.userField.rawValue, keys?.url, keys?.algorithm ?? "RS256", keys?.certificates ?? "", signIn?.name,
            signIn?.authorizationEndpoint ?? "", signIn?.tokenEndpoint ?? "", signIn?.scope ?? "",
            signIn?.namesItself ?? false, secret, signIn?.secret?.place.rawValue ?? "basic",
            try json(provider.saml), try json(provider.enrolment),
        ]
    }

    static func provider(_ row: some ColumnReader, _ vault: SecretVault) throws -> IdentityProvider {
        guard let field = IdentityProvider.UserField(rawValue: row.string(5)) else {
            throw Rows.unreadable("identity_providers")
        }
        var provider = IdentityProvider(
            partnerID: try PartnerID(parsing: row.string(2)),
            issuer: row.string(0),
            audience: row.string(1),
            userClaim: row.string(3),
            userField: field,
            keySet: row.string(4)
        )
        provider.keySource = (row.text(6))
            .map { .init(url: $0, algorithm: row.string(7), certificates: row.string(8)) }
        let secret = try secret(row, of: provider, vault)
        provider.signIn = (row.text(9))
            .map {
                ProviderSignIn(
                    name: $0,
                    authorizationEndpoint: row.string(10),
                    tokenEndpoint: row.string(11),
                    scope: row.string(12),
                    secret: secret,
                    namesItself: row.bool(13)
                )
            }
        provider.saml = try value(row.text(16))
        provider.enrolment = try value(row.text(17))
        return provider
    }

    private static func secret(
        _ row: some ColumnReader,
        of provider: IdentityProvider,
        _ vault: SecretVault
    ) throws -> ClientSecret? {
        guard let sealed = row.bytes(14), let place = ClientSecret.Place(rawValue: row.string(15)) else { return nil }
        let text = try vault.open(
            sealed,
            for: .openIDClientSecret,
            of: provider.partnerID,
            owner: owner(provider)
        )
        return ClientSecret(text, in: place)
    }

    private static func json(_ value: (some Encodable)?) throws -> String? {
        try value.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    private static func value<Value: Decodable>(_ text: String?) throws -> Value? {
        try text.map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    private static func owner(_ provider: IdentityProvider) -> String { "\(provider.issuer) \(provider.audience)" }
}
