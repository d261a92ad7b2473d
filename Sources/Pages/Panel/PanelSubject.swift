package import Accounts
package import LoginKey
package import ServiceTokens

/// Whom a panel is for, and what it is beside, according to whoever vouches for the agent.
package struct PanelSubject: Sendable {
    /// A record of the CRM.
    package struct Record: Sendable {
        /// Its id, which is the visitor id of its customer.
        package let id: String
        /// What the panel calls the customer, such as `this contact` or the customer's name.
        package let customer: String

        /// Describes a record.
        package init(id: String, customer: String) {
            self.id = id
            self.customer = customer
        }
    }

    /// The frame of Salesforce Canvas, which is asked for more height.
    package struct CanvasFrame: Sendable {
        /// The origin of the page around it.
        package let origin: Origin
        /// Its name there.
        package let instance: String

        /// Describes a frame.
        package init(origin: Origin, instance: String) {
            self.origin = origin
            self.instance = instance
        }
    }

    /// The frame of a Zendesk app; the page around it knows the ticket.
    package struct ZendeskFrame: Sendable {
        /// The origin of the page around it.
        package let origin: Origin
        /// The app's name there.
        package let appID: String
        /// Which field of the ticket is the visitor id, such as `ticket.requester.id`.
        package let path: String
    }

    /// Who vouches for the agent.
    package let voucher: PanelVoucher
    /// The group.
    package let partnerID: PartnerID
    /// The agent.
    package let partnerUserID: PartnerUserID
    /// The record; `nil` for none, and then there is nobody to join.
    package var record: Record?
    /// The frame of Salesforce Canvas, if it is one.
    package var canvasFrame: CanvasFrame?
    /// The frame of a Zendesk app, if it is one that must be asked for the record.
    package var zendeskFrame: ZendeskFrame?

    /// Whether there is somebody to join, or will be once the page has asked.
    var hasVisitor: Bool { record != nil || zendeskFrame != nil }

    /// Describes a panel without a record.
    package init(voucher: PanelVoucher, partnerID: PartnerID, partnerUserID: PartnerUserID) {
        self.voucher = voucher
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
    }
}
