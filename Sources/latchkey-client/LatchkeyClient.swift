internal import ArgumentParser
internal import ClientCommands

/// The desktop client.
@main
enum LatchkeyClient {
    static func main() async {
        await ClientCommand.main()
    }
}
