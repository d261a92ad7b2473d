internal import Launcher

/// The program that operating systems start with a protocol URL.
@main
enum LatchkeyLauncher {
    static func main() {
        Launcher.main()
    }
}
