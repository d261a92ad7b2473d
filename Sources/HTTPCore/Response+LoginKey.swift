internal import Accounts
package import Authentication
package import Hummingbird
package import LoginKey
internal import WireCodec

extension Response {
    /// A LoginKey for the caller's own use, as existing components expect it (`docs/protocol.md#key-endpoint`).
    package static func loginKey(_ loginKey: PresentedLoginKey, of grant: Grant) -> Response {
        .json(
            JSONWriter.object { json in
                json.member("loginKey", loginKey.text)
                json.member("groupId", grant.group.partnerID.text)
                json.member("expiration", loginKey.expires)
            }
        )
    }
}
