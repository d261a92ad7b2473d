import Foundation
import SystemSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildProcessTests {
    @Test func `a child has three open files, also if others start at the same time`() async throws {
        // This one goes to every child that does not close it.
        let descriptor = unsafe open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20 {
                        let sleeper = try ChildProcess("/bin/sleep", ["1000"])
                        // The fourth is the folder that it lists.
                        let listing = try ChildProcess.run("/bin/ls", ["/proc/self/fd"], within: .seconds(20))
                        #expect(listing.ending == .exited(0) && listing.output == "0\n1\n2\n3\n")
                        sleeper.send(SIGKILL)
                        #expect(sleeper.wait() == .signalled(SIGKILL))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a child can be asked to end, whatever the thread blocks that started it`() async throws {
        var all = sigset_t()
        unsafe sigfillset(&all)
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        let started = Result { try ChildProcess("/bin/sleep", ["1000"]) }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        let sleeper = try started.get()
        #expect(await sleeper.end(within: .seconds(20)) == .signalled(SIGTERM))
    }

    @Test func `what takes too long is ended, and what it leaves running is not waited for`() throws {
        let start = ContinuousClock.now
        let late = try ChildProcess.run("/bin/sleep", ["1000"], within: .milliseconds(200))
        #expect(late.ending == .signalled(SIGKILL))
        // The one in the background keeps the output open.
        let left = try ChildProcess.run(
            "/bin/sh",
            ["-c", "sleep 20 & echo $!"],
            within: .milliseconds(500)
        )
        #expect(left.ending == .exited(0))
        kill(try #require(Int32(left.output.dropLast())), SIGKILL)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `more is printed than is kept, and what is not there is said`() throws {
        let long = try ChildProcess.run("/usr/bin/seq", ["200000"], limit: 8)
        #expect(long.ending == .exited(0) && long.output == "1\n2\n3\n4\n")
        let copied = try ChildProcess.run("cat", input: "as it is", withErrors: true)
        #expect(copied.output == "as it is")
        #expect(throws: SystemCallError.self) { try ChildProcess("/none/program") }
        #expect(throws: SystemCallError.self) {
            try ChildProcess.run("cat", input: String(repeating: "x", count: 65_537))
        }
        let there = try ChildProcess.run(
            "/bin/sh",
            ["-c", "pwd; echo $A; exit 3"],
            environment: ["A": "b c"],
            folder: "/"
        )
        #expect(there.ending == .exited(3) && there.output == "/\nb c\n")
    }
}
