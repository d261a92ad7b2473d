import Accounts
import HTTPCore
import LoginKey
import Testing
import WireCodec

@testable import GlanceCompatibility

@Suite struct RESTBodyTests {
    @Test(arguments: [
        (#"{"name":"A"}"#, "The body is of the wrong type."), ("[", "The body is not JSON, or has a member twice."),
        ("[1]", "[0] is of the wrong type."), (#"[{"name":"A"},{}]"#, "[1].name is missing."),
        (#"[{"name":""}]"#, "[0].name is empty."), (#"[{"name":null}]"#, "[0].name is of the wrong type."),
        (#"[{"name":"A","nmae":"B"}]"#, "[0] has a member that a role does not have."),
        (#"[{"name":"A","roleId":1}]"#, "[0].roleId is given by the server."),
        (#"[{"name":"A","settings":{"viewVideo":1}}]"#, "[0].settings.viewVideo is of the wrong type."),
        (#"[{"name":"A","settings":{"secret":true}}]"#, "[0].settings has a member that is no setting."),
        (#"[{"name":"A","settings":[]}]"#, "[0].settings is of the wrong type."),
        (#"[{"name":" A"}]"#, "[0].name begins or ends with a blank."),
        (#"[{"name":"A\u202e"}]"#, "[0].name holds control, bidirectional or zero-width characters."),
    ])
    func `says where a body is wrong`(_ json: String, _ message: String) throws {
        let partnerID = try PartnerID(parsing: "12345")
        #expect(throws: AnswerError.badRequest(message)) {
            for body in try JSONBody.read([RoleBody].self, Array(json.utf8)) {
                _ = try body.newRole(of: partnerID)
            }
        }
    }

    @Test func `keeps to the documented lengths, and names in normal form C`() throws {
        for (member, limit) in [("name", 70), ("description", 255)] {
            for (count, isGood) in [(limit, true), (limit + 1, false)] {
                let text = String(repeating: "é", count: count)
                let json = Array(#"[{"\#(member)":"\#(text)"}]"#.utf8)
                let body = try? JSONBody.read([RoleBody].self, json)
                #expect((body != nil) == isGood, "\(member) \(count)")
            }
        }
        let body = try JSONBody.read([RoleBody].self, Array(#"[{"name":"Jose\u0301"}]"#.utf8))
        #expect(body.first?.name.map { Array($0.utf8) } == Array("Jos\u{E9}".utf8))
    }

    @Test(arguments: [
        "limit=0", "limit=1001", "limit=", "limit=x", "offset=-1", "offset=2147483648", "orMode=yes", "orMode=",
        "roleID=0", "roleID=x", "username=a*b", "limit=1&LIMIT=1", "username=%00", "username=%zz",
    ])
    func `refuses wrong values`(_ query: String) throws {
        #expect(throws: (any Error).self) {
            var fields = FieldSet()
            try fields.add(query: query)
            _ = try UserListQuery(fields)
        }
    }
}
