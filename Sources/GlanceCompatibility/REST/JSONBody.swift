internal import FoundationEssentials
internal import HTTPCore
internal import WireCodec

/// Reads bodies of JSON, and says where they are wrong without repeating anything of them.
enum JSONBody {
    /// Reads a value of a form.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    static func read<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(AnswerError) -> Value {
        // The decoder would take other encodings, and the last of two members with one name.
        guard (try? JSONReader.value(of: bytes)) != nil else { throw .badRequest(notJSON) }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as AnswerError {
            throw error
        } catch let error as DecodingError {
            throw .badRequest(sentence(for: error))
        } catch {
            throw .badRequest(notJSON)
        }
    }

    /// How a place in the body is called, such as `[2].settings`.
    static func place(_ path: [any CodingKey]) -> String {
        let place = path.reduce(into: "") { text, key in
            if let index = key.intValue { text += "[\(index)]" } else { text += ".\(key.stringValue)" }
        }
        return place.isEmpty ? "The body" : place
    }

    private static let notJSON = "The body is not JSON, or has a member twice."

    private static func sentence(for error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context.codingPath)) is of the wrong type."
        case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing."
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? notJSON : "\(place(context.codingPath)) cannot be read."
        @unknown default: notJSON
        }
    }
}

/// A member of an object by its name.
struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
