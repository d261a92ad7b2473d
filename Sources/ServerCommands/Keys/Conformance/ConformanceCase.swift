internal import LoginKey
internal import ServerApp

/// One input for a generator of version 1, and what it must answer.
struct ConformanceCase: ConformanceCheck {
    /// What is tried.
    let name: String
    let partnerID: String
    let partnerUserID: String
    let apiKey: String
    let expires: String
    /// Whether the input has no LoginKey: the generator must end with a code other than 0.
    var mustFail = false

    private static let key = "0123456789ABCDEFGHIJ"
    private static let end = "1900000000"

    private init(
        _ name: String,
        _ partnerUserID: String,
        partnerID: String = "12345",
        apiKey: String = key,
        expires: String = end,
        mustFail: Bool = false
    ) {
        self.name = name
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
        self.apiKey = apiKey
        self.expires = expires
        self.mustFail = mustFail
    }

    /// Everything that is tried.
    static let all = known + hostile + impossible

    private static let known = [
        Self("a plain user id", "agent-007", expires: "1700000000"),
        Self("another group and key", "UserId", partnerID: "98765", apiKey: "RedactedApiKey"),
        Self(
            "an expiry one second later",
            "UserId",
            partnerID: "98765",
            apiKey: "RedactedApiKey",
            expires: "1900000001"
        ),
        Self("a key longer than a hash block", "agent-007", apiKey: String(repeating: "k", count: 100)),
        Self("a signature with - and _ in it", "user-9"),
    ]

    private static let hostile = [
        Self("é as one character (Unicode form C)", "jos\u{E9}"),
        Self("é as e and an accent (Unicode form D)", "jose\u{301}"),
        Self("an emoji", "agent \u{1F511}"),
        Self("reserved characters", "a b&c=d+e@f~g$h/?#%25"),
        Self("an invalid percent escape", "50%25 off"),
        Self("upper and lower case", "JoeDOE"),
        Self("a blank inside", "joe doe"),
        Self("blanks at both ends", " joe "),
        Self("quotes and a backslash", "a\"b'c\\d"),
        Self("a dollar and a brace, as shells read them", "$HOME ${x} `id`"),
        Self("an asterisk", "*"),
        Self("a dash in front, as options have", "-n"),
        Self("digits that could belong to the group id", "5joe", partnerID: "1234"),
        Self("digits only", "0012"),
        Self("a key outside ASCII", "agent-007", apiKey: "Schl\u{FC}ssel\u{1F511}"),
        Self("a key that looks like Base64", "agent-007", apiKey: "c2VjcmV0LXNlY3JldC1zZWNyZXQ="),
        Self("255 characters", String(repeating: "x", count: 255)),
        Self("255 characters outside ASCII", String(repeating: "\u{E9}", count: 255)),
    ]

    private static let impossible = [
        Self("milliseconds in place of seconds", "agent-007", expires: "1900000000000", mustFail: true),
        Self("an expiry of nine digits", "agent-007", expires: "190000000", mustFail: true),
        Self("an expiry with a sign", "agent-007", expires: "+1900000000", mustFail: true),
        Self("an empty API key", "agent-007", apiKey: "", mustFail: true),
    ]
}

extension ConformanceCase {
    var arguments: [String] { [partnerID, partnerUserID, expires] }

    func fault(in answer: String) throws -> String? {
        let right = try loginKey()
        if answer.utf8.elementsEqual(right.utf8) { return nil }
        return try ConformanceDiagnosis(check: self).explain(answer)
    }

    /// The LoginKey that is right.
    private func loginKey() throws -> String {
        guard let expires = Int64(expires), expires > 1 else { throw CommandFailure("the case \(name) is wrong") }
        let issuer = try LoginKeyIssuer(
            partnerID: PartnerID(parsing: partnerID),
            apiKey: APIKey(text: apiKey),
            lifetime: 1
        )
        return try issuer.issue(for: PartnerUserID(parsing: partnerUserID), at: expires - 1).text
    }
}
