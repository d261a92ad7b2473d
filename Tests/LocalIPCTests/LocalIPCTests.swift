import Foundation
import LocalIPC
import SystemSupport
import TestSupport
import Testing

@Suite struct LocalIPCTests {
    private static let messages: [IPCMessage] = [
        .open("glancepanorama://authenticate"), .askStatus, .watch, .confirm("7"), .decline("8"), .say("é\n"), .leave,
        .signOut, .quit, .accepted, .refused("no"), .status("{}"),
    ]

    // MARK: Frames

    @Test func `reads what it writes, however it is cut`() throws {
        let bytes = Self.messages.flatMap { $0.frame ?? [] }
        for size in [1, 2, 3, 5, 7, 64, bytes.count] {
            var decoder = IPCDecoder()
            var read: [IPCMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                decoder.append(bytes[start..<min(start + size, bytes.count)])
                while let message = try decoder.next() {
                    read.append(message)
                }
            }
            #expect(read == Self.messages)
        }
    }

    @Test func `takes 64 KiB and no more`() throws {
        let text = String(repeating: "a", count: IPCMessage.maximumByteCount - 2)
        #expect(IPCMessage.open(text).frame?.count == IPCMessage.maximumByteCount + 4)
        #expect(IPCMessage.open(text + "a").frame == nil)
        var decoder = IPCDecoder()
        decoder.append([0, 1, 0, 1])
        #expect(throws: LocalIPCError.malformedFrame) { _ = try decoder.next() }
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0], LocalIPCError.malformedFrame),
            ([0, 0, 0, 1, 1], .malformedFrame),
            ([255, 255, 255, 255], .malformedFrame),
            ([0, 0, 0, 2, 2, 2], .unsupportedVersion),
            ([0, 0, 0, 2, 0, 2], .unsupportedVersion),
            ([0, 0, 0, 2, 1, 0], .malformedFrame),
            ([0, 0, 0, 2, 1, 77], .malformedFrame),
            ([0, 0, 0, 3, 1, 2, 65], .malformedFrame),
            ([0, 0, 0, 3, 1, 1, 0xFF], .malformedFrame),
            ([0, 0, 0, 4, 1, 1, 0xC0, 0x80], .malformedFrame),
        ] as [([UInt8], LocalIPCError)]
    )
    func `refuses what is no frame`(_ bytes: [UInt8], _ error: LocalIPCError) {
        var decoder = IPCDecoder()
        decoder.append(bytes)
        #expect(throws: error) { _ = try decoder.next() }
    }

    // MARK: The socket (`docs/threats.md#local-socket`)

    private func runtimeFolder(_ mode: Int = 0o700) throws -> (TemporaryFolder, String) {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        return (folder, folder.path)
    }

    @Test func `hands a message over and gets an answer`() async throws {
        let (temporary, path) = try runtimeFolder()
        let folder = try IPCFolder(runtimeFolder: path)
        #expect(throws: LocalIPCError.notRunning) { try IPCConnection(to: folder) }
        let listener = try #require(try IPCListener(in: folder))
        let thread = Thread {
            while let connection = try? listener.accept() {
                guard case .open(let text)? = try? connection.receive() else { continue }
                try? connection.send(.refused(text))
            }
        }
        thread.start()
        let connection = try IPCConnection(to: folder)
        #expect(try connection.request(.open("x")) == .refused("x"))
        #expect(try IPCListener(in: folder) == nil)
        listener.stop()
        #expect(throws: LocalIPCError.notRunning) { try IPCConnection(to: folder) }
        _ = temporary
    }

    @Test func `needs a folder that is this user's alone`() throws {
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: nil) }
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: "") }
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: "relative") }
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: "/tmp") }
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: "/nowhere") }
        let (open, path) = try runtimeFolder(0o755)
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: path) }
        let (closed, other) = try runtimeFolder()
        try FileManager.default.createSymbolicLink(atPath: other + "/link", withDestinationPath: other)
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: other + "/link") }
        try FileManager.default.createSymbolicLink(atPath: other + "/latchkey", withDestinationPath: path)
        #expect(throws: LocalIPCError.unsafeFolder) { try IPCFolder(runtimeFolder: other) }
        _ = (open, closed)
    }

    @Test func `refuses a link, a fifo and a file in the socket's place`() throws {
        let (temporary, path) = try runtimeFolder()
        let folder = try IPCFolder(runtimeFolder: path)
        let place = folder.socketPath
        let makers: [() throws -> Void] = [
            { try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "/tmp/elsewhere") },
            { _ = unsafe mkfifo(place, 0o600) },
            { try Data().write(to: URL(filePath: place)) },
        ]
        for make in makers {
            try make()
            #expect(throws: LocalIPCError.unsafeSocket) { try IPCConnection(to: folder) }
            #expect(throws: LocalIPCError.unsafeSocket) { try IPCListener(in: folder) }
            try FileManager.default.removeItem(atPath: place)
        }
        try FileManager.default.removeItem(atPath: folder.clientLockPath)
        try FileManager.default.createSymbolicLink(
            atPath: folder.clientLockPath,
            withDestinationPath: path + "/elsewhere"
        )
        #expect(throws: LocalIPCError.self) { try IPCListener(in: folder) }
        _ = temporary
    }

    @Test(.enabled(if: geteuid() == 0, "only root can play another user"))
    func `refuses another user on either side`() throws {
        let (temporary, path) = try runtimeFolder()
        let folder = try IPCFolder(runtimeFolder: path)
        let socket = folder.socketPath
        // The other user listens in the client's place.
        let squatter = try python(
            """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])
            os.chown(sys.argv[1], 65534, 65534); os.setuid(65534); s.listen()
            print("ready", flush=True); s.settimeout(10)
            try: print(len(s.accept()[0].recv(100)), flush=True)
            except TimeoutError: print("none", flush=True)
            """,
            [socket]
        )
        #expect(squatter.line() == "ready")
        #expect(throws: LocalIPCError.unsafeSocket) { try IPCConnection(to: folder) }
        #expect(throws: LocalIPCError.unsafeSocket) { try IPCListener(in: folder) }
        // With a changed owner of the file, the process behind it still is the other user's.
        _ = unsafe chown(socket, geteuid(), getegid())
        #expect(throws: LocalIPCError.foreignPeer) { try IPCConnection(to: folder) }
        squatter.process.send(SIGTERM)
        squatter.process.wait()
        try FileManager.default.removeItem(atPath: socket)

        // The other user connects to the client.
        let listener = try #require(try IPCListener(in: folder))
        // Whoever is let in gets an answer.
        let thread = Thread {
            guard let connection = try? listener.accept() else { return }
            try? connection.send(.accepted)
            _ = try? connection.receive()
        }
        thread.start()
        _ = unsafe chmod(path, 0o755)
        _ = unsafe chmod(folder.path, 0o755)
        _ = unsafe chmod(socket, 0o777)
        let stranger = try python(
            """
            import os, socket, sys
            os.setuid(65534)
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(5)
            print("closed" if s.recv(100) == b"" else "answered", flush=True)
            """,
            [socket]
        )
        #expect(stranger.line() == "closed")
        listener.stop()
        _ = temporary
    }

    @Test func `a lock is taken once, and is free again after a kill -9`() throws {
        let (temporary, path) = try runtimeFolder()
        let lock = path + "/lock"
        let holder = try python(
            """
            import fcntl, os, sys, time
            f = open(sys.argv[1], "w"); fcntl.flock(f, fcntl.LOCK_EX); print("held", flush=True); time.sleep(60)
            """,
            [lock]
        )
        #expect(holder.line() == "held")
        #expect(try FileLock(lock) == nil)
        holder.process.send(SIGKILL)
        holder.process.wait()
        #expect(try FileLock(lock) != nil)
        _ = temporary
    }

    private struct Script {
        let process: ChildProcess
        let output: AnonymousPipe

        func line() -> String { output.line(within: .seconds(20)) }
    }

    private func python(_ text: String, _ arguments: [String]) throws -> Script {
        let output = try AnonymousPipe()
        let process = try ChildProcess(
            "python3",
            ["-c", text] + arguments,
            output: output.writeEnd
        )
        output.closeWriteEnd()
        return Script(process: process, output: output)
    }
}
