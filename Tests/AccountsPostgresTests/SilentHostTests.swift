import AccountsPostgres
import Glibc
import TestSupport
import Testing

/// Several hosts in the address of the database, of which one does not answer.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct SilentHostTests {
    /// A port at which connecting comes to no end: nobody takes the connections that wait there, and there is no room.
    private final class SilentPort {
        private var descriptors: [Int32] = []
        private(set) var number: UInt16 = 0

        init() {
            let listener = makeSocket()
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = unsafe bind(listener, $0, size)
                    _ = listen(listener, 0)
                    _ = unsafe getsockname(listener, $0, &size)
                    for _ in 0..<4 { _ = unsafe connect(makeSocket(), $0, size) }
                }
            }
            number = UInt16(bigEndian: address.sin_port)
        }

        private func makeSocket() -> Int32 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(descriptor)
            return descriptor
        }

        deinit {
            for descriptor in descriptors { close(descriptor) }
        }
    }

    @Test(arguments: [true, false])
    func `a host that is silent does not keep the others from being found`(_ isFirst: Bool) throws {
        let server = try SharedServer.make()
        let database = try server.makeDatabase()
        let silent = SilentPort()
        let socket = server.folder.replacing("/", with: "%2F") + ":5432"
        let hosts = isFirst ? "127.0.0.1:\(silent.number),\(socket)" : "\(socket),127.0.0.1:\(silent.number)"
        let name = database.dropFirst("postgresql:///".count).prefix { $0 != "?" }
        // Whoever waited for it would wait for so many milliseconds.
        let address = try PostgresAddress("postgresql://latchkey@\(hosts)/\(name)?tcp_user_timeout=120000")
        let start = ContinuousClock.now
        #expect(try ServerNameLease("a", in: address) != nil)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `hosts without ports have the usual one`() throws {
        _ = try PostgresAddress("postgresql://latchkey@db1.example,db2.example,db3.example/latchkey")
        _ = try PostgresAddress("postgresql://latchkey@db1.example:1,db2.example/latchkey")
    }
}
