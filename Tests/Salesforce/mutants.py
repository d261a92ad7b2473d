"""Mistakes that somebody could make in the package's Apex: each has to be caught by one of its own tests."""
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from apex import Interpreter, annotations  # noqa: E402
from part import Part  # noqa: E402
from platform_stubs import Platform  # noqa: E402
from units import CLASSES, run  # noqa: E402

PART = Part("mutants")
# Class, what stands there, what stands there instead.
MUTANTS = [
    ("LoginKey", "partnerUserId + '1' +", "partnerUserId + '2' +"),
    ("LoginKey", "Blob.valueOf(partnerId + partnerUserId", "Blob.valueOf(partnerUserId + partnerId"),
    ("LoginKey", "expires < 1000000000L", "expires <= 1000000000L"),
    ("LoginKey", "expires > 9999999999L", "expires >= 9999999999L"),
    ("LoginKey", "String.isBlank(partnerUserId)", "partnerUserId == null"),
    ("LoginKey", "'[0-9]{1,10}', partnerId)", "'.*', partnerId)"),
    ("LoginKey", "[A-Za-z0-9_-]{43}", "[A-Za-z0-9_/-]{43}"),
    ("Encoding", ".replace('+', '-')", ""),
    ("Encoding", ".replace('/', '_')", ""),
    ("Encoding", ".replace('=', '')", ""),
    ("Encoding", ".replace('+', '%20')", ""),
    ("Encoding", ".replace('%7E', '~')", ""),
    ("Jwt", "LIFETIME = 120L", "LIFETIME = 3600L"),
    ("Jwt", "header.put('kid', configuration.certificate);", ""),
    ("Jwt", "'RS256'", "'none'"),
    ("Jwt", "Blob.valueOf(signed)", "Blob.valueOf(part(claims))"),
    ("Configuration", "serverUrl + '/' + partnerId", "serverUrl"),
    ("Configuration", "'salesforce/' + UserInfo.getOrganizationId()", "'salesforce'"),
    ("Configuration", "'https://' + host", "'https?://' + host"),
    ("Configuration", "(:[1-9][0-9]{0,4})?'", "(:[1-9][0-9]{0,4})?.*'"),
    ("Configuration", "lifetime < 1 ||", ""),
    ("Configuration", "? FROM_SERVER : text", "? FROM_API_KEY : text"),
    ("Configuration", "settings.Enabled__c == true", "settings.Enabled__c != false"),
    ("Configuration", "settings.ImportSessions__c == true", "settings.ImportSessions__c != false"),
    ("ApiKey", "ApiKey__c = apiKey.trim()", "ApiKey__c = apiKey"),
    ("ApiKey", "        checkLength(apiKey);\n", ""),
    ("UserField", "if (String.isBlank(text)) {", "if (false) {"),
    ("UserField", "if (!isText(field.getType())) {", "if (false) {"),
    ("ProtocolUrl", "LatchkeyEncoding.percent(partnerUserId)", "partnerUserId"),
    ("ProtocolUrl", "[A-Za-z0-9._~-]{1,63}", "[^?]{1,63}"),
    ("ProtocolUrl", "'glancepanorama://[A-Za-z0-9._~:/?&=%-]{1,2000}'", "'.*'"),
    ("Server", "|| LatchkeyEncoding.text(answer.get('groupId')) != configuration.partnerId", ""),
    ("Server", "!LatchkeyLoginKey.isWellFormed(loginKey)", "loginKey == ''"),
    ("Server", "'[0-9a-f]{32}'", "'.*'"),
    ("Server", "response.getStatusCode() == 200", "true"),
    ("Server", "'Bearer ' + token", "token"),
    ("Server", "if (sessionKey != null) {", "if (true) {"),
    ("Click", "if (!LatchkeyPermissions.isAgent()) {", "if (false) {"),
    ("Click", "!LatchkeyPermissions.isClientAgent() ||", ""),
    ("Click", "configuration.check();", ""),
    ("Click", "if (button == null || !configuration", "if (button != null && button == '' && !configuration"),
    ("Click", "now + configuration.lifetime", "now * 1000"),
    ("Click", "command = 'join';", ""),
    ("Click", "command = 'start';", ""),
    ("Click", "mode != IN_CLIENT;", "true;"),
    ("Server", "body.put('command', command);", ""),
    ("LoginKey", "(HS256|Ed25519)", "[A-Za-z0-9]+"),
    ("Click", "fields.put('Wait', '1');", ""),
    ("Click", "fields.put('Start', '1');", "fields.put('VisitorId', record.recordId);"),
    ("Click", "isJoin ? record.recordId : null", "null"),
    ("Record", "if (found.isEmpty()) {", "if (false) {"),
    ("Record", "} else if (objectName == 'Contact') {", "} else if (objectName == 'Kontakt') {"),
    ("PanelController", "if (!isAgent) {", "if (false) {"),
    ("PanelController", "return isAgent && problem == '';", "return isAgent;"),
    ("CanvasHandler", "environment.setParametersAsJSON(text);", ""),
    ("CanvasHandler", "if (!LatchkeyPermissions.isAgent()) {", "if (false) {"),
    ("SettingsController", "if (!getIsAdministrator()) {\n            return null;\n        }", ""),
    ("SettingsController", "if (getIsAdministrator()) {", "if (true) {"),
    ("SettingsController", "return getIsAdministrator() && LatchkeyApiKey", "return LatchkeyApiKey"),
    ("SettingsController", "if (String.isNotBlank(apiKey)) {", "if (apiKey != null) {"),
    ("SettingsController", "        newApiKey = null;\n", ""),
    ("SettingsController", "            LatchkeyApiKey.checkLength(apiKey);\n", ""),
    ("SettingsController", "hasServerUrl() && configuration().hasPartnerId()", "hasServerUrl()"),
    ("SettingsController", "configuration().hasServerUrl() && ", ""),
    ("ApiKey", "apiKey.trim().length() > MAXIMUM_LENGTH", "apiKey.length() >= MAXIMUM_LENGTH"),
    ("SessionImport", "&& LatchkeyApiKey.isSet()", ""),
    ("SessionImport", "!known.contains(session.SessionId__c) &&", ""),
    ("SessionImport", "known.add(session.SessionId__c);\n                added", "added"),
    ("Configuration", "settings.KeepRecords__c == true", "settings.KeepRecords__c != false"),
    ("SessionImport", "if (LatchkeyConfiguration.current().keepsRecords) {", "if (true) {"),
    ("SessionImport", " ALL ROWS", ""),
    ("SessionImport", "        activity.LatchkeySessionId__c = session.SessionId__c;\n", ""),
    ("SessionImport", "            found.add(session.SessionId__c);\n", ""),
    ("SessionImport", "&& present.contains(session.RecordId__c)", ""),
    ("SessionImport", "|| objectName == 'Case';", "|| objectName == 'Case' || objectName == 'Account';"),
    ("SessionImport", "body.put('status', 'C');", "body.put('status', '');"),
    ("SessionImport", "if (objectName == 'Case') {", "if (objectName == 'Lead') {"),
]


def is_caught(folder):
    platform = Platform()
    platform.is_test = True
    apex = Interpreter(folder, platform)
    for kind in apex.classes.values():
        for (name, _), method in kind.methods.items():
            if "IsTest" in kind.annotations and "IsTest" in annotations(method):
                try:
                    run(apex, kind, name)
                except Exception:
                    return True
    return False


def mutate(class_name, old, new):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(shutil.copytree(CLASSES, folder + "/classes"))
        path = copy / f"Latchkey{class_name}.cls"
        source = path.read_text()
        assert old in source, "does not stand there"
        path.write_text(source.replace(old, new, 1))
        assert is_caught(copy), "no test noticed"


def main():
    PART.check("there are at least 20 mistakes", lambda: None if len(set(MUTANTS)) >= 20 else 1 / 0)
    for class_name, old, new in MUTANTS:
        PART.check(f"Latchkey{class_name}: {old!r} as {new!r}", mutate, class_name, old, new)
    PART.check("the package as it is has no mistake that its tests notice", lambda: None if not is_caught(CLASSES) else 1 / 0)
    PART.end("mistakes in the package's Apex, each noticed by its own tests")


if __name__ == "__main__":
    main()
