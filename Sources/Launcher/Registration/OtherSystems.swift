internal import WireProtocol

/// Registrations for systems that the client has not been tried on.
enum OtherSystems {
    /// The text; `nil` for a system that is not listed.
    static func registration(for system: String?) -> String? {
        switch system {
        case "macos": macOS
        case "windows": windows
        default: nil
        }
    }

    private static let macOS = """
        <!-- UNTESTED. Belongs into Contents/Info.plist of an application bundle that holds latchkey-launcher. -->
        <key>CFBundleURLTypes</key>
        <array>
          <dict>
            <key>CFBundleURLName</key>
            <string>Latchkey</string>
            <key>CFBundleURLSchemes</key>
            <array>
              <string>\(ProtocolScheme.glancepanorama.rawValue)</string>
            </array>
          </dict>
        </array>
        """

    private static let windows = #"""
        Windows Registry AdministrationContext Version 5.00

        ; UNTESTED. Put the folder of latchkey-launcher.exe in place of C:\\Program Files\\Latchkey, then import it
        ; with reg import, as the user, without administrator rights.
        [HKEY_CURRENT_USER\Software\Classes\glancepanorama]
        @="URL:Latchkey"
        "URL Protocol"=""

        [HKEY_CURRENT_USER\Software\Classes\glancepanorama\shell\open\command]
        @="\"C:\\Program Files\\Latchkey\\latchkey-launcher.exe\" \"%1\""
        """#
}
