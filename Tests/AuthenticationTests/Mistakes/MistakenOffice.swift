import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import Testing
import WireCodec

@testable import Authentication

/// One store for all mistakes: two groups, the API keys of all, and a user who is renamed for each.
struct MistakenOffice {
    let office: Office
    private let keys: [APIKey]

    var explainer: LoginKeyExplainer { LoginKeyExplainer(authenticator: office.authenticator, at: Office.now) }

    init() async throws {
        office = try await Office(usePolicy: .off)
        // The newest is tried first: it is the one that most mistakes are made with.
        let rare = Set(LoginKeyMistake.all.map(\.apiKey)).subtracting([LoginKeyMistake.usualKey])
        keys = try (rare.sorted() + [LoginKeyMistake.usualKey]).map { try APIKey(text: $0) }
        for (number, key) in keys.enumerated() {
            _ = try await office.store.addAPIKey(
                key,
                label: "",
                to: office.partnerID,
                at: Office.now - 10 + Int64(number),
                recording: Office.event
            )
        }
        let jane = User(
            partnerID: office.partnerID,
            partnerUserID: try PartnerUserID(parsing: "jane"),
            username: try Username(parsing: "jane@office.example")
        )
        _ = try await office.store.createUsers([jane], recording: Office.event)
        let branch = try PartnerID(parsing: "67890")
        try await office.store.createGroup(Group(partnerID: branch, name: "Branch"), recording: Office.event)
        let other = try APIKey(text: LoginKeyMistake.otherKey)
        _ = try await office.store.addAPIKey(other, label: "", to: branch, at: Office.now, recording: Office.event)
        try await rename("joe")
    }

    /// Gives the user a PartnerUserId.
    func rename(_ partnerUserID: String) async throws {
        try await office.change { user in
            user.partnerUserID = try PartnerUserID(parsing: partnerUserID)
            user.username = try Username(parsing: "dana@office.example")
            user.email = "dana@mail.example"
        }
    }

    /// What the server itself decides.
    func isGranted(_ form: String) async throws -> Bool {
        var fields = FieldSet()
        try fields.add(form: Array(form.utf8))
        let credentials = Result { () throws(LoginKeyError) in try Credentials(fields) }
        let decision = try await office.authenticator.authenticate(credentials, attempt: Office.attempt())
        if case .granted = decision { return true }
        return false
    }

    /// No signature that the server would take may stand in what is shown, in any spelling.
    func expectNoSignature(in findings: [String], _ mistake: LoginKeyMistake) throws {
        let all = findings.joined(separator: "\n")
        for user in Set([mistake.user, mistake.sent ?? mistake.user]) {
            for key in keys + [try APIKey(text: LoginKeyMistake.otherKey)] {
                let message = "\(mistake.group)\(user)1\(Office.now + mistake.lifetime)"
                let code = key.withSecretBytes { LoginKeyMistake.code(Array(message.utf8), $0) }
                let hexadecimal = code.map { String(256 + Int($0), radix: 16).suffix(2) }.joined()
                for spelling in [LoginKeyMistake.base64URL(code), Data(code).base64EncodedString(), hexadecimal] {
                    #expect(!all.contains(spelling), "\(mistake.name): the signature that would be right is shown")
                }
            }
        }
    }
}

extension LoginKeyMistake {
    /// The form that an integration sends.
    func form(at now: Int64) -> String {
        [("partnerid", group), ("partneruserid", sent ?? user), ("loginkey", loginKey(at: now))]
            .map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
    }
}
