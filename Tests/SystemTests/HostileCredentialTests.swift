import Foundation
import NIOHTTP1
import Testing

@Suite struct HostileCredentialTests {
    static let signature = "DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
    static var future: Int { Int(Date().timeIntervalSince1970) + 600 }
    static var key: String { "$1$\(future)$\(signature)" }
    static let dana = "005Fk000001aBcDIAU"

    /// Bodies with their content type; all of them have to be refused alike.
    static var bodies: [(String, String)] {
        let json = "application/json"
        let form = "application/x-www-form-urlencoded"
        func partner(_ key: String, _ user: String = dana, _ group: String = "12345") -> (String, String) {
            let object = ["partnerid": group, "partneruserid": user, "loginkey": key]
            let data = (try? JSONEncoder().encode(object)) ?? Data()
            return (json, String(decoding: data, as: UTF8.self))
        }
        let keys = [
            key, "$2$\(future)$\(signature)", "$01$\(future)$\(signature)", "$11$\(future)$\(signature)",
            "$1$\(future)000$\(signature)", "$1$+\(future)$\(signature)", "$1$ \(future)$\(signature)",
            "$1$0\(future)$\(signature)", "$1$1$\(signature)", "$1$\(future)$", "$1$\(future)$\(signature)=",
            "$1$\(future)$\(signature)A", "$1$\(future)$\(signature.dropLast())",
            "$1$\(future)$\(signature.dropLast())Z",
            "$1$\(future)$\(signature.replacing("_", with: "/"))", "$1$1593908430$\(signature)",
            "$1$9999999999$\(signature)",
            "$1$١٧٠٠٠٠٠٠٠٠$\(signature)", "null", "$", String(repeating: "$1$", count: 1000), "\0",
            "$1$\(future)$\(signature)\0",
        ]
        .map { partner($0) }
        let identities = [
            partner(key, ""), partner(key, "nobody"), partner(key, dana + " "), partner(key, dana.lowercased()),
            partner(key, "../\(dana)"), partner(key, "' OR 1=1 --"), partner(key, "<script>alert(1)</script>"),
            partner(key, "jose\u{301}"), partner(key, "\u{202E}\(dana)"),
            partner(key, String(repeating: "x", count: 256)),
            partner(key, dana, ""), partner(key, dana, "0"), partner(key, dana, "012345"), partner(key, dana, "99999"),
            partner(key, dana, "+12345"), partner(key, dana, "12345 "), partner(key, dana, "１２３４５"),
            partner(key, dana, "1234567890123"), partner(key, "5\(dana)", "1234"),
        ]
        let shapes: [(String, String)] = [
            (json, ""), (json, "{}"), (json, "[]"), (json, "{"), (json, "null"), (json, "\u{0}"),
            (json, #"{"loginkey":{}}"#),
            (json, #"{"partnerid":12345,"partneruserid":"\#(dana)"}"#),
            (json, #"{"partnerid":1.5,"partneruserid":"\#(dana)","loginkey":"\#(key)"}"#),
            (json, #"{"partnerid":"12345","PARTNERID":"12345","partneruserid":"\#(dana)","loginkey":"\#(key)"}"#),
            (json, #"{"username":"x","password":"y","gssnid":"1.2.3.4"}"#),
            (json, #"{"username":"dana.whitfield@demo.example","password":"x"}"#),
            (json, #"{"username":"dana.whitfield@demo.example~\#(key)"}"#),
            (json, #"{"gssnid":"1.9999999999.\#(signature).12345"}"#),
            (json, #"{"gssnid":"...."}"#), (json, #"{"username":"é","password":"y"}"#),
            (form, "partnerid=12345&partneruserid=joe&partneruserid=\(dana)&loginkey=\(key)"),
            (form, "partnerid=12345&partneruserid=\(dana)&loginkey=%"),
            (form, "partnerid=12345&partneruserid=%ff&loginkey=\(key)"),
            (form, "partnerid=12345&partneruserid=\(dana)~\(key)"),
            (form, "partnerid=12345&partneruserid=\(dana)~\(key)&loginkey=\(key)"),
            (form, "&&&=&=="), (form, String(repeating: "a=1&", count: 100)), ("text/plain", "hello"),
            ("", "\u{FEFF}{}"),
        ]
        return keys + identities + shapes
    }

    @Test func `are all refused with the same bytes apart from the correlation id`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let url = server.url + "/services/AuthorizationService.svc/rest/Authorize?service=webservices"
        let bodies = Self.bodies
        #expect(bodies.count >= 50)
        var first: (String, [String])?
        for (type, body) in bodies {
            let answer = try await HTTP.send(
                .POST,
                url,
                headers: type.isEmpty ? [:] : ["content-type": type],
                body: Array(body.utf8)
            )
            let id = try #require(answer.member("correlationId"), "\(answer.body)")
            #expect(id.utf8.count == 32)
            let text = "\(answer.status) " + answer.body.replacing(id, with: "")
            let headers = answer.headers.map { "\($0.name): \($0.value.replacing(id, with: ""))" }
                .filter { !$0.lowercased().hasPrefix("date:") }
            if let first {
                #expect(text == first.0, "\(type) \(body.prefix(100))")
                #expect(headers == first.1)
            }
            first = first ?? (text, headers)
            let audit = try #require(try await Self.event(server, id))
            #expect(audit["outcome"] as? String == "refused")
            #expect((audit["reason"] as? String)?.isEmpty == false)
        }
        #expect(first?.0.hasPrefix("401") == true)
        let log = try String(contentsOfFile: server.log, encoding: .utf8)
        #expect(!log.contains(Self.signature))
        await server.stop()
        for file in try FileManager.default.contentsOfDirectory(atPath: server.folder) {
            let data = FileManager.default.contents(atPath: server.folder + "/" + file) ?? Data()
            #expect(data.range(of: Data(Self.signature.utf8)) == nil, "\(file)")
        }
    }

    private static func event(_ server: ServerProcess, _ id: String) async throws -> [String: Any]? {
        let text = try server.latchkey(["audit", "list", "--correlation", id, "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        return rows?.first
    }
}
