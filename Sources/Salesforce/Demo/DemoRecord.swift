/// A record of the demo CRM.
struct DemoRecord: Sendable {
    let type: String
    let id: String
    let name: String
    let customer: String
    let summary: String
    let fields: [(String, String)]

    var path: String { "\(type.lowercased())/\(id)" }

    static let all = [
        Self(
            type: "Contact",
            id: "003Fk00000Ab1cDIAR",
            name: "Noor Haddad",
            customer: "Noor Haddad",
            summary: "Head of purchasing, Fjord Ferries",
            fields: [
                ("Account", "Fjord Ferries"), ("Title", "Head of purchasing"), ("E-mail", "noor@fjord.example"),
                ("Phone", "+47 55 01 02 03"), ("Mailing address", "Bryggen 14, Bergen"),
            ]
        ),
        Self(
            type: "Contact",
            id: "003Fk00000Ab1cEIAR",
            name: "Tomás Oliveira",
            customer: "Tomás Oliveira",
            summary: "Owner, Oliveira & Filhos",
            fields: [
                ("Account", "Oliveira & Filhos"), ("Title", "Owner"), ("E-mail", "tomas@oliveira.example"),
                ("Phone", "+351 21 000 11 22"),
            ]
        ),
        Self(
            type: "Lead",
            id: "00QFk00000Gh7jKMAV",
            name: "Mina Park",
            customer: "Mina Park",
            summary: "Asked for an offer, Lantern Books",
            fields: [
                ("Company", "Lantern Books"), ("Lead status", "Working"), ("Lead source", "Web"),
                ("E-mail", "mina@lantern.example"),
            ]
        ),
        Self(
            type: "Case",
            id: "500Fk00000Zx9yWIAR",
            name: "00001042 · Cannot finish the order form",
            customer: "Ada Brandt",
            summary: "High priority, reported by phone",
            fields: [
                ("Contact", "Ada Brandt"), ("Status", "New"), ("Priority", "High"), ("Origin", "Phone"),
                ("Description", "The form does not accept the delivery address."),
            ]
        ),
    ]
}

/// Somebody who uses the demo CRM.
package struct DemoUser: Sendable {
    /// The name in the demo's addresses.
    package let key: String
    /// The Salesforce user id, which is the PartnerUserId.
    package let userID: String
    /// The Salesforce user name, an e-mail address.
    package let userName: String
    /// What people call them.
    package let name: String
    /// What they show in the demo, in a sentence.
    package let summary: String

    /// Makes a demo user.
    package init(key: String, userID: String, userName: String, name: String, summary: String) {
        self.key = key
        self.userID = userID
        self.userName = userName
        self.name = name
        self.summary = summary
    }
}
