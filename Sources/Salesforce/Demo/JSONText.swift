internal import Foundation

/// JSON of dictionaries, for bodies whose shape belongs to somebody else.
enum JSONText {
    static func encode(_ object: [String: Any]) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]))
    }
}
