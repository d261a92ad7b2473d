package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func secondFactor(
        of userID: User.ID,
        in partnerID: PartnerID
    ) async throws(AccountsError) -> SecondFactor? {
        try await read { [vault] connection in
            try connection.first(
                """
                SELECT id, codes, recovery_digests, created_at, id_without_app FROM second_factors WHERE user_id = ?
                """,
                [userID.number]
            ) { row in
                let text = try vault.open(row.bytes(1) ?? [], for: .oneTimeCodes, of: partnerID, owner: "\(userID)")
                guard let codes = OneTimeCodes(text) else { throw Rows.unreadable("second_factors") }
                return SecondFactor(
                    id: SecondFactor.ID(row.integer(0)),
                    userID: userID,
                    codes: codes,
                    hasApp: row.optionalInteger(4) != row.integer(0),
                    recoveryDigests: SecondFactorRow.digests(row.bytes(2) ?? []),
                    createdAt: row.integer(3)
                )
            }
        }
    }

    package func saveSecondFactor(
        _ factor: SecondFactor,
        of user: User,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { [vault] transaction in
            try transaction.save(factor, of: user, vault, at: event.time / 1000)
            try transaction.append(event)
        }
    }

    package func removeSecondFactor(
        of userID: User.ID,
        in partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.change(
                "user",
                """
                UPDATE users SET second_factor = NULL, security_keys = 0, modified_at = ?, version = version + 1
                WHERE id = ? AND partner_id = ?
                """,
                [event.time / 1000, userID.number, partnerID.text]
            )
            for table in ["second_factors", "security_keys"] {
                try transaction.execute("DELETE FROM \(table) WHERE user_id = ?", [userID.number])
            }
            try transaction.append(event)
        }
    }
}

extension SQLTransaction {
    /// Gives a user, who is as they were read, a second factor.
    func save(_ factor: SecondFactor, of user: User, _ vault: SecretVault, at now: Int64) throws {
        let owner = "\(user.id)"
        let sealed = try vault.seal(factor.codes.text, for: .oneTimeCodes, of: user.partnerID, owner: owner)
        try setSecondFactor(factor.id, of: user, at: now)
        if user.secondFactorID == nil {
            // What an older node has left that knows of no security keys, and has taken the second factor away.
            try execute("DELETE FROM security_keys WHERE user_id = ?", [user.id.number])
            try countSecurityKeys(of: user.id)
        }
        try execute(
            """
            INSERT INTO second_factors (user_id, id, codes, recovery_digests, created_at, id_without_app)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, codes = excluded.codes,
            recovery_digests = excluded.recovery_digests, created_at = excluded.created_at,
            id_without_app = excluded.id_without_app
            """,
            [
                user.id.number, factor.id.number, sealed, factor.recoveryDigests.flatMap(\.self), factor.createdAt,
                factor.hasApp ? nil : factor.id.number,
            ]
        )
    }

    /// Notes at the user which second factor they have: decisions read it there.
    func setSecondFactor(_ id: SecondFactor.ID, of user: User, at now: Int64) throws {
        // A number that no factor has stands for none, as NULL equals nothing.
        try change(
            "user \(user.username)",
            ofVersion: ("users", "id = ? AND partner_id = ?", [user.id.number, user.partnerID.text]),
            """
            UPDATE users SET second_factor = ?, modified_at = ?, version = version + 1
            WHERE id = ? AND partner_id = ? AND state <> 'deleted' AND coalesce(second_factor, 0) = ?
            AND coalesce(password_hash, '') = ?
            """,
            [
                id.number, now, user.id.number, user.partnerID.text, user.secondFactorID?.number ?? 0,
                user.passwordHash?.text ?? "",
            ]
        )
    }
}

/// The digests of recovery codes as one value.
private enum SecondFactorRow {
    static func digests(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count - 31, by: 32).map { Array(bytes[$0..<$0 + 32]) }
    }
}
