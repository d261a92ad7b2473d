import Foundation
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import HTTPServer

/// The whole pipeline of a connection against whatever bytes come, in whatever pieces (`docs/threats.md#one-byte`).
///
/// That the process lives is most of what is checked here: a trap ends the run.
@Suite struct PipelineTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func status(_ answer: String) -> String { String(answer.dropFirst(9).prefix(3)) }

    @Test func `hands what follows an upgrade in the same packet to the WebSocket`() async throws {
        let pipeline = try await AssembledPipeline()
        let ping: [UInt8] = [0x89, 0x81, 1, 2, 3, 4, UInt8(ascii: "x") ^ 1]
        let answer = try pipeline.exchange([Self.bytes(RequestSamples.upgrade) + ping])
        #expect(Self.status(answer) == "101")
        #expect(answer.hasSuffix("\u{1}x"))
    }

    @Test func `opens a WebSocket behind other requests, and hands it what follows in the same packet`() async throws {
        let pipeline = try await AssembledPipeline()
        let ping: [UInt8] = [0x89, 0x81, 1, 2, 3, 4, UInt8(ascii: "x") ^ 1]
        let signIn = Self.bytes(RequestSamples.signIn)
        let before = Self.bytes(RequestSamples.health) + signIn
        let upgrade = Self.bytes(RequestSamples.upgrade)
        for pieces in [
            [before + upgrade + ping], [before, upgrade, ping], [signIn + upgrade + ping], [signIn, upgrade, ping],
            [before + upgrade.prefix(9), upgrade.dropFirst(9) + ping],
        ] {
            let answer = try pipeline.exchange(pieces)
            #expect(answer.contains("HTTP/1.1 101 ") && answer.hasSuffix("\u{1}x"), "\(answer)")
        }
    }

    @Test func `lives behind every request that is cut anywhere and followed by anything`() async throws {
        let pipeline = try await AssembledPipeline()
        var generator = SeededGenerator(seed: 30)
        for sample in RequestSamples.all.map(Self.bytes) {
            for cut in 0...sample.count {
                let tail = Noise.bytes(&generator)
                _ = try pipeline.exchange([Array(sample[..<cut]), Array(sample[cut...]) + tail])
                _ = try pipeline.exchange([Array(sample[..<cut]) + tail])
            }
        }
    }

    @Test func `lives whatever requests are joined, cut and followed by`() async throws {
        let text = ProcessInfo.processInfo.environment["LATCHKEY_PIPELINE_INPUTS"]
        let inputs = text.flatMap { Int($0) } ?? 100_000
        let pipeline = try await AssembledPipeline()
        var generator = SeededGenerator(seed: UInt64(inputs))
        let samples = RequestSamples.all.map(Self.bytes)
        for _ in 0..<inputs {
            var stream: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                guard let sample = samples.randomElement(using: &generator) else { continue }
                let isCut = Int.random(in: 0..<4, using: &generator) == 0
                stream += isCut ? Array(sample[..<Int.random(in: 0...sample.count, using: &generator)]) : sample
            }
            stream += Noise.bytes(&generator)
            _ = try pipeline.exchange(Noise.pieces(of: stream, &generator))
        }
    }

    @Test(arguments: [
        (RequestSamples.request("GET / HTTP/1.1"), "400"),
        (RequestSamples.request("GET / HTTP/1.1", "Host: x", "Host: x"), "400"),
        (RequestSamples.request("GET / HTTP/1.1", "Host: x@y"), "400"),
        (RequestSamples.request("GET / HTTP/1.0"), "200"),
        (RequestSamples.request("POST / HTTP/1.1", "Host: x", "Transfer-Encoding: gzip, chunked"), "501"),
        (RequestSamples.request("POST / HTTP/1.1", "Host: x", "Transfer-Encoding: xchunked"), "501"),
        (RequestSamples.request("POST / HTTP/1.0", "Host: x", "Transfer-Encoding: chunked"), "400"),
        (RequestSamples.request("GET / HTTP/1.1", "Host: x", "Expect: tea"), "417"),
        (RequestSamples.upgrade.replacing("ZSBub25jZQ==", with: "ZSBub25j"), "400"),
        (RequestSamples.upgrade.replacing("ZSBub25jZQ==", with: "ZSBub25jZ!=="), "400"),
        (RequestSamples.upgrade.replacing("Version: 13", with: "Version: 8"), "426"),
        (RequestSamples.upgrade.replacing("GET /session", with: "POST /session"), "400"),
        (RequestSamples.upgrade.replacing("/session", with: "/elsewhere"), "403"),
    ])
    func `refuses what leaves a doubt`(_ request: String, _ status: String) async throws {
        let answer = try await AssembledPipeline().exchange([Self.bytes(request)])
        #expect(Self.status(answer) == status, "\(answer)")
    }

    @Test func `tells a client that holds its body back to go on`() async throws {
        let head = RequestSamples.request("POST /x HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 3")
        let pipeline = try await AssembledPipeline()
        #expect(try pipeline.exchange([Self.bytes(head)]).hasPrefix("HTTP/1.1 100 "))
        #expect(try pipeline.exchange([Self.bytes(head), Self.bytes("abc")]).contains("HTTP/1.1 200 "))
    }

    @Test(
        arguments: [
            ([0x81, 0x01, 0x78], 1002), ([0xC1, 0x81, 1, 2, 3, 4, 5], 1002), ([0xA1, 0x81, 1, 2, 3, 4, 5], 1002),
            ([0x91, 0x81, 1, 2, 3, 4, 5], 1002), ([0x09, 0x80, 1, 2, 3, 4], 1002), ([0x89, 0xFE, 0, 126], 1002),
            ([0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 0], 1009),
        ] as [([UInt8], UInt16)]
    )
    func `ends a WebSocket whose frames are unmasked, too long or otherwise wrong`(
        _ frame: [UInt8],
        _ code: UInt16
    ) async throws {
        let channel = try await AssembledPipeline().connect()
        try channel.writeInbound(ByteBuffer(string: RequestSamples.upgrade))
        channel.embeddedEventLoop.run()
        while try channel.readOutbound(as: IOData.self) != nil {}
        try channel.writeInbound(ByteBuffer(bytes: frame))
        channel.embeddedEventLoop.run()
        var sent: [UInt8] = []
        while case .byteBuffer(let buffer)? = try channel.readOutbound(as: IOData.self) {
            sent += buffer.readableBytesView
        }
        // One close frame, with the code.
        #expect(sent == [0x88, 0x02, UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(!channel.isActive)
    }

    @Test func `takes one request at a time, however many are sent ahead`() async throws {
        let pipeline = try await AssembledPipeline()
        let answer = try pipeline.exchange([Self.bytes(String(repeating: RequestSamples.health, count: 500))])
        #expect(answer.components(separatedBy: "HTTP/1.1 200 ").count == 501)
    }

    @Test func `answers one request after the other on a connection`() async throws {
        let pipeline = try await AssembledPipeline()
        let pieces = [RequestSamples.health, RequestSamples.health, RequestSamples.signIn, RequestSamples.health]
        let answer = try pipeline.exchange(pieces.map(Self.bytes))
        let statuses = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["200", "200", "429", "200"])
        #expect(try pipeline.exchange([pieces.flatMap(Self.bytes)]) == answer)
    }
}
