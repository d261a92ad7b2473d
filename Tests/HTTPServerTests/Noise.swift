import TestSupport

/// Random bytes and cuts.
enum Noise {
    static func bytes(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 1...64, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static func pieces(of stream: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        var cuts = (0..<Int.random(in: 0...3, using: &generator))
            .map { _ in Int.random(in: 0...stream.count, using: &generator) }
        cuts.append(stream.count)
        var start = 0
        return cuts.sorted()
            .map { end in
                defer { start = end }
                return Array(stream[start..<end])
            }
    }
}
