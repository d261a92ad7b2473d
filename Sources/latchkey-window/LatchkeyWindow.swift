internal import AgentWindow

/// The client's window.
@main
enum LatchkeyWindow {
    static func main() {
        AgentWindow.main()
    }
}
