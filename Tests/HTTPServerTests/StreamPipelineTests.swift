import Foundation
import TestSupport
import Testing

@testable import HTTPServer

/// The pipeline of a connection of HTTP/2 against whatever frames come, in whatever pieces (`docs/threats.md#one-byte`).
///
/// That the process lives is most of what is checked here: a trap ends the run.
@Suite struct StreamPipelineTests {
    /// The first byte of the head: 0x88 is `:status 200` of HPACK's table, 0x8C `:status 400`.
    private static func answer(_ frames: [AssembledStreams.Frame], on stream: UInt32) -> UInt8? {
        frames.first { $0.kind == FrameSamples.headers && $0.stream == stream }?.payload.first
    }

    @Test func `answers what is good, and refuses what names no host or two`() throws {
        let samples = FrameSamples.all(on: 1)
        let expected: [UInt8?] = [0x88, 0x88, nil, 0x8C, 0x8C, 0x88]
        for (sample, status) in zip(samples, expected) {
            let frames = try AssembledStreams.exchange([FrameSamples.start + sample])
            #expect(Self.answer(frames, on: 1) == status, "\(sample): \(frames)")
        }
    }

    @Test func `serves as many streams as it has announced, and refuses more so that they are sent again`() throws {
        let most = UInt32(OpenStreams.maximum)
        // The peer has not read the second SETTINGS frame yet.
        let start = FrameSamples.start.dropLast(9)
        let ids = (0...most).map { 2 * $0 + 1 }
        let open = ids.flatMap {
            FrameSamples.frame(FrameSamples.headers, FrameSamples.withBody, $0, FrameSamples.post)
        }
        let frames = try AssembledStreams.exchange([start + open])
        let said = frames.filter { $0.kind == FrameSamples.settings && !$0.payload.isEmpty }.last
        #expect(said?.payload == [0, 3, 0, 0, 0, UInt8(most)])
        let resets = frames.filter { $0.kind == FrameSamples.reset }
        #expect(resets == [.init(kind: FrameSamples.reset, stream: 2 * most + 1, payload: [0, 0, 0, 7])])
        // One that has ended makes room.
        let end = FrameSamples.frame(FrameSamples.data, 1, 1)
        let next = FrameSamples.frame(FrameSamples.headers, FrameSamples.whole, 2 * most + 3, FrameSamples.get)
        let later = try AssembledStreams.exchange([start + open, end, next])
        #expect(Self.answer(later, on: 1) == 0x88)
        #expect(Self.answer(later, on: 2 * most + 3) == 0x88)
    }

    @Test func `lives behind every request that is cut anywhere and followed by anything`() throws {
        var generator = SeededGenerator(seed: 31)
        for sample in FrameSamples.all(on: 1) {
            let stream = FrameSamples.start + sample
            for cut in 0...stream.count {
                let tail = Noise.bytes(&generator)
                _ = try AssembledStreams.exchange([Array(stream[..<cut]), Array(stream[cut...]) + tail])
                _ = try AssembledStreams.exchange([Array(stream[..<cut]) + tail])
            }
        }
    }

    @Test func `lives whatever frames are joined, changed, cut and followed by`() throws {
        let text = ProcessInfo.processInfo.environment["LATCHKEY_PIPELINE_INPUTS"]
        let inputs = text.flatMap { Int($0) } ?? 50_000
        var generator = SeededGenerator(seed: UInt64(inputs))
        for _ in 0..<inputs {
            var stream = FrameSamples.start
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let id = UInt32.random(in: 0...9, using: &generator)
                guard var sample = FrameSamples.all(on: id).randomElement(using: &generator) else { continue }
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    let place = Int.random(in: 0..<sample.count, using: &generator)
                    sample[place] = UInt8.random(in: 0...255, using: &generator)
                }
                stream += sample
            }
            if Bool.random(using: &generator) { stream += Noise.bytes(&generator) }
            _ = try AssembledStreams.exchange(Noise.pieces(of: stream, &generator))
        }
    }
}
