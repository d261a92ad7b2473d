package import Accounts
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// Explains why credentials with a LoginKey are accepted or refused.
///
/// The decision is the server's own (``LoginKeyTransaction``), made on what the store holds and then thrown away: it
/// spends nothing and writes nothing down. An expected signature is never shown. It is for the administrator's own
/// command line.
package struct LoginKeyExplainer: Sendable {
    let authenticator: Authenticator
    let now: Int64

    /// Makes an explainer.
    ///
    /// - Parameters:
    ///   - authenticator: The one that decides, as the server has it.
    ///   - now: Unix time in seconds.
    package init(authenticator: Authenticator, at now: Int64) {
        self.authenticator = authenticator
        self.now = now
    }

    /// The credentials, once they can be read.
    struct Presented {
        let credentials: LoginKeyCredentials
        let loginKey: LoginKey
        /// The spellings of the expiry that may have been signed.
        let expiries: [String]
        /// Whether the text they were in is a URL.
        let isFromURL: Bool
    }

    /// Explains credentials in the form in which they are sent: a form or JSON body, a query or a whole URL.
    package func explain(_ text: String) async throws(AccountsError) -> Explanation {
        var explanation = Explanation()
        let text = String(text.trimmingPrefix(while: \.isWhitespace))
        guard let fields = read(text, &explanation) else { return explanation }
        if BoundPresentation.isClaimed(by: fields) {
            try await explainVersion2(fields, text, isFromURL: Self.isURL(text), &explanation)
            return explanation
        }
        guard let presented = read(fields, isFromURL: Self.isURL(text), &explanation)
        else { return explanation }
        try await explain(presented, &explanation)
        return explanation
    }
}

// MARK: Reading

extension LoginKeyExplainer {
    /// A whole URL has its LoginKey in it; a query alone may belong to a body.
    private static func isURL(_ text: String) -> Bool {
        !text.hasPrefix("{") && text.prefix { $0 != "?" }.contains("://") && text.contains("?")
    }

    private func read(_ text: String, _ explanation: inout Explanation) -> FieldSet? {
        guard !text.hasPrefix("$1$"), !text.hasPrefix("$2$") else {
            explanation.fail(
                "parameters",
                "this is a LoginKey alone; give what it travels with too: partnerid=…&partneruserid=…&loginkey=…"
            )
            return nil
        }
        var fields = FieldSet()
        do {
            if text.hasPrefix("{") {
                try fields.add(json: Array(text.utf8))
            } else if let mark = text.firstIndex(of: "?") {
                try fields.add(query: text[text.index(after: mark)...].prefix { $0 != "#" })
            } else {
                try fields.add(form: Array(text.utf8))
            }
        } catch {
            switch error {
            case .duplicate: explanation.fail("parameters", "a parameter is given twice; each may be given once")
            case .malformed:
                explanation.fail(
                    "parameters",
                    "these are no parameters: each is name=value, a raw & or % in a value is percent-encoded, and the "
                        + "text is UTF-8"
                )
            case .tooMany: explanation.fail("parameters", "there are too many parameters")
            }
            return nil
        }
        explanation.pass("parameters", fields.names.isEmpty ? "none" : fields.names.joined(separator: ", "))
        return fields
    }

    private func read(_ fields: FieldSet, isFromURL: Bool, _ explanation: inout Explanation) -> Presented? {
        let spelling = LoginKeySpelling(fields)
        for fault in spelling.faults {
            explanation.fail("spelling of the LoginKey", fault)
        }
        do {
            let credentials = try spelling.faults.isEmpty ? presented(fields) : corrected(spelling, fields)
            guard case .version1(let loginKey) = credentials.loginKey else { return nil }
            if spelling.faults.isEmpty {
                explanation.pass("spelling", "the LoginKey is well formed and expires at \(loginKey.expires)")
            } else {
                explanation.pass("corrected", "the checks below are made as if the LoginKey were spelled right")
            }
            let expiries = ["\(loginKey.expires)", spelling.wrongExpiry].compactMap(\.self)
            return Presented(
                credentials: credentials,
                loginKey: loginKey,
                expiries: expiries,
                isFromURL: isFromURL
            )
        } catch {
            if spelling.faults.isEmpty || error.code == .missingCredentials {
                explanation.fail("spelling", error.message)
            }
            return nil
        }
    }

    /// Reads as the server does, which refuses two sets of credentials in one request.
    private func presented(_ fields: FieldSet) throws(LoginKeyError) -> LoginKeyCredentials {
        guard case .loginKey(let credentials) = try Credentials(fields) else {
            throw LoginKeyError(code: .missingCredentials, message: "these are other credentials: there is no LoginKey")
        }
        return credentials
    }

    private func corrected(
        _ spelling: LoginKeySpelling,
        _ fields: FieldSet
    ) throws(LoginKeyError) -> LoginKeyCredentials {
        try LoginKeyCredentials(
            partnerID: fields.nonEmpty(ParameterName.partnerID),
            partnerUserID: spelling.partnerUserID,
            username: spelling.username,
            loginKey: spelling.corrected
        )
    }
}
