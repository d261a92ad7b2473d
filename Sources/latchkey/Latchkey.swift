import ArgumentParser
import ServerCommands

@main
struct Latchkey {
    static func main() async {
        await LatchkeyCommand.main()
    }
}
