// An endpoint of your own that gives signed-in users a LoginKey.
//
// Two rules keep it safe: the API key never leaves the server, and the user is taken from your own sign-in, never from
// the request.

import LoginKey

// snippet.hide
struct SignedInEmployee {
    var employeeNumber: String
}
// snippet.show

struct KeyEndpoint {
    let issuer: LoginKeyIssuer

    init(groupID: String, apiKey: String) throws {
        issuer = try LoginKeyIssuer(
            partnerID: PartnerID(parsing: groupID),
            apiKey: APIKey(text: apiKey),
            lifetime: 300
        )
    }

    /// The JSON that the browser components expect.
    ///
    /// Answer it with `Cache-Control: no-store`, by POST only, and to your own pages only.
    func answer(to user: SignedInEmployee, at now: Int64) throws -> String {
        let loginKey = try issuer.issue(for: PartnerUserID(parsing: user.employeeNumber), at: now)
        return """
            {"loginKey":"\(loginKey.text)","groupId":"\(issuer.partnerID)","expiration":\(loginKey.expires)}
            """
    }
}

// snippet.hide
let endpoint = try KeyEndpoint(groupID: "12345", apiKey: "0123456789ABCDEFGHIJ")
print(try endpoint.answer(to: SignedInEmployee(employeeNumber: "agent-007"), at: 1_699_999_700))
