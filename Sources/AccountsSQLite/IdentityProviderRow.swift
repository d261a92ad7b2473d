internal import Accounts
internal import Foundation
internal import GRDB
internal import LoginKey

/// An identity provider as a row; read by position.
enum IdentityProviderRow {
    private static let key = ["issuer", "audience", "partner_id"]
    private static let others = [
        "user_claim", "key_set", "user_field", "key_url", "key_algorithm", "certificates", "name",
        "authorization_endpoint", "token_endpoint", "scope", "names_itself", "client_secret", "secret_place",
    ]

    static var columns: String { (key + others).joined(separator: ", ") }

    /// What an insertion replaces of a row that is there already.
    static var replacements: String { others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ") }

    static func arguments(_ provider: IdentityProvider, _ vault: SecretVault) throws -> StatementArguments {
        let (keys, signIn) = (provider.keySource, provider.signIn)
        let secret = try signIn?.secret
            .map {
                try vault.seal($0.text, for: .openIDClientSecret, of: provider.partnerID, owner: owner(provider))
            }
        return [
            provider.issuer, provider.audience, provider.partnerID.text, provider.userClaim, provider.keySet,
            provider.userField.rawValue, keys?.url, keys?.algorithm ?? "RS256", keys?.certificates ?? "", signIn?.name,
            signIn?.authorizationEndpoint ?? "", signIn?.tokenEndpoint ?? "", signIn?.scope ?? "",
            signIn?.namesItself ?? false, secret?.blob, signIn?.secret?.place.rawValue ?? "basic",
        ]
    }

    static func provider(_ row: Row, _ vault: SecretVault) throws -> IdentityProvider {
        guard let field = IdentityProvider.UserField(rawValue: row[5]) else {
            throw Rows.unreadable("identity_providers")
        }
        var provider = IdentityProvider(
            partnerID: try PartnerID(parsing: row[2]),
            issuer: row[0],
            audience: row[1],
            userClaim: row[3],
            userField: field,
            keySet: row[4]
        )
        provider.keySource = (row[6] as String?)
            .map { .init(url: $0, algorithm: row[7], certificates: row[8]) }
        let secret = try secret(row, of: provider, vault)
        provider.signIn = (row[9] as String?)
            .map {
                ProviderSignIn(
                    name: $0,
                    authorizationEndpoint: row[10],
                    tokenEndpoint: row[11],
                    scope: row[12],
                    secret: secret,
                    namesItself: row[13]
                )
            }
        return provider
    }

    private static func secret(
        _ row: Row,
        of provider: IdentityProvider,
        _ vault: SecretVault
    ) throws -> ClientSecret? {
        guard let sealed = row[14] as Data?, let place = ClientSecret.Place(rawValue: row[15]) else { return nil }
        let text = try vault.open(
            Array(sealed),
            for: .openIDClientSecret,
            of: provider.partnerID,
            owner: owner(provider)
        )
        return ClientSecret(text, in: place)
    }

    private static func owner(_ provider: IdentityProvider) -> String { "\(provider.issuer) \(provider.audience)" }
}
