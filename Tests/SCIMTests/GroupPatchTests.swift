import AccountAdministration
import Accounts
import Testing
import WireCodec

@testable import SCIM

@Suite struct GroupPatchTests {
    private static func patch(_ operations: String) throws -> GroupPatch {
        try GroupPatch(
            try PatchOperation.operations(
                in: try object(#"{"schemas":["\#(URN.patchOperation)"],"Operations":[\#(operations)]}"#)
            )
        )
    }

    static let changes: [(String, String?, Bool, [Int64], [Int64])] = [
        // Okta
        (#"{"op":"replace","value":{"id":"7","displayName":"New"}}"#, "New", false, [], []),
        (#"{"op":"remove","path":"members[value eq \"5\"]"}"#, nil, false, [], [5]),
        (#"{"op":"add","path":"members","value":[{"value":"5","display":"joe"}]}"#, nil, false, [5], []),
        (#"{"op":"replace","path":"members","value":[{"value":"5"},{"value":"6"}]}"#, nil, true, [5, 6], []),
        // Entra ID
        (#"{"op":"Add","path":"members","value":[{"value":"5"},{"value":"6"}]}"#, nil, false, [5, 6], []),
        (#"{"op":"Remove","path":"members","value":[{"value":"5"}]}"#, nil, false, [], [5]),
        (#"{"op":"Replace","path":"displayName","value":"New"}"#, "New", false, [], []),
        (#"{"op":"Replace","path":"externalId","value":"8aa1"}"#, nil, false, [], []),
        (#"{"op":"Add","value":{"members":[{"value":"5"}],"externalId":"x","foo":1}}"#, nil, false, [5], []),
        // RFC 7644
        (#"{"op":"remove","path":"members"}"#, nil, true, [], []),
        (#"{"op":"replace","path":"members","value":[]}"#, nil, true, [], []),
        (#"{"op":"add","path":"members","value":{"value":"5","type":"User"}}"#, nil, false, [5], []),
        (#"{"op":"remove","path":"members[value eq \"5\" or value eq \"6\"]"}"#, nil, false, [], [5, 6]),
        (#"{"op":"remove","path":"members[value eq \"x\"]"}"#, nil, false, [], []),
        (
            #"{"op":"remove","path":"members"},{"op":"add","path":"members","value":[{"value":"5"}]}"#, nil, true, [5],
            []
        ),
        (
            #"{"op":"add","path":"members","value":[{"value":"5"}]},{"op":"remove","path":"members[value eq \"5\"]"}"#,
            nil, false, [], [5]
        ),
    ]

    @Test(arguments: changes)
    func `collects what changes`(
        _ operations: String,
        _ name: String?,
        _ replacesAll: Bool,
        _ added: [Int64],
        _ removed: [Int64]
    ) throws {
        let patch = try Self.patch(operations)
        #expect(patch.name == name)
        #expect(patch.members.replacesAll == replacesAll)
        #expect(patch.members.added == Set(added.map { User.ID($0) }))
        #expect(patch.members.removed == Set(removed.map { User.ID($0) }))
    }

    @Test(arguments: [
        (#"{"op":"remove","path":"displayName"}"#, SCIMError.Keyword.mutability),
        (#"{"op":"replace","path":"id","value":"8"}"#, .mutability),
        (#"{"op":"replace","path":"displayName","value":""}"#, .invalidValue),
        (#"{"op":"replace","path":"displayName","value":5}"#, .invalidValue),
        (#"{"op":"add","path":"members","value":["5"]}"#, .invalidValue),
        (#"{"op":"add","path":"members","value":[{"value":"x"}]}"#, .invalidValue),
        (#"{"op":"add","path":"members","value":[{"value":"5","type":"Group"}]}"#, .invalidValue),
        (#"{"op":"add","path":"members","value":[{"display":"joe"}]}"#, .invalidValue),
        (#"{"op":"add","path":"members[value eq \"5\"]","value":{}}"#, .invalidPath),
        (#"{"op":"add","path":"members.value","value":"5"}"#, .invalidPath),
        (#"{"op":"add","path":"foo","value":"5"}"#, .invalidPath),
        (#"{"op":"remove","path":"members[not (value eq \"5\")]"}"#, .invalidFilter),
        (#"{"op":"remove","path":"members[display eq \"joe\"]"}"#, .invalidFilter),
    ])
    func `says what is wrong with operations`(_ operations: String, _ expected: SCIMError.Keyword) {
        #expect(keyword { _ = try Self.patch(operations) } == expected, "\(operations)")
    }
}
