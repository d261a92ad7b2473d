package import Accounts
internal import LoginKey

extension SecretVault {
    /// Opens one of the stored secrets, if there is any.
    ///
    /// - Throws: ``AccountsError/Code/unreadableSecret`` if the master key is another one, and an error of the database.
    package func check(in connection: any SQLConnection) throws {
        let found = try connection.first(
            "SELECT partner_id FROM api_keys WHERE public_key IS NULL ORDER BY id LIMIT 1",
            []
        ) {
            try PartnerID(parsing: $0.string(0))
        }
        guard let found else { return }
        _ = try Rows.apiKeys(of: found, vault: self, in: connection)
    }
}
