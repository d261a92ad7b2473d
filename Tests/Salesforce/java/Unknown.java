/** What this runtime does not know. No `catch` of the Apex sees it; it names file and line. */
class Unknown extends Error {
    Unknown(String what) {
        super(Platform.where() + ": " + what + " is not known here");
    }
}
