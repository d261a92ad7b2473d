internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import ServiceTokens

/// The cookie of a sign-in that waits for a second factor: it binds the next step to the browser.
///
/// One at a time: starting again forgets what was begun before. In a frame of another site it is `Partitioned`, as the
/// cookie of a sign-in is.
struct StepCookie: Sendable {
    let sealer: PasswordVisitSealer
    /// Whether pages are reached by TLS or on the loopback, so that `Secure` cookies work.
    let isSecure: Bool

    private var name: String { (isSecure ? "__Host-" : "") + "STEP" }

    /// The visit that this browser has begun; `nil` for none, and for one that is over.
    func read(_ request: Request, at seconds: Int64) -> PasswordVisit? {
        let prefix = name + "="
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(prefix) else { continue }
                if let visit = sealer.open(String(pair.dropFirst(prefix.utf8.count)), at: seconds) { return visit }
            }
        }
        return nil
    }

    /// Sets it, for as long as the visit may last.
    func set(_ visit: PasswordVisit, on response: inout Response, for request: Request) throws {
        let value = try sealer.seal(visit)
        guard value.utf8.count <= PasswordVisitSealer.maximumLength else {
            throw AnswerError.badRequest("The address is too long.")
        }
        add("\(name)=\(value); Max-Age=\(PasswordVisit.lifetime)", on: &response, for: request)
    }

    /// Removes it.
    func clear(on response: inout Response, for request: Request) {
        add("\(name)=; Max-Age=0", on: &response, for: request)
    }

    private func add(_ cookie: String, on response: inout Response, for request: Request) {
        let isFramed = request.headers.isForFrame
        let sites = isFramed && isSecure ? "None; Partitioned" : "Lax"
        let value = "\(cookie); Path=/; HttpOnly; SameSite=\(sites)" + (isSecure ? "; Secure" : "")
        response.headers.append(HTTPField(name: .setCookie, value: value))
    }
}
