import ArgumentParser
import Commands

@main
struct Latchkey {
    static func main() async {
        await LatchkeyCommand.main()
    }
}
