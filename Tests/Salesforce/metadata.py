"""The package's metadata against Salesforce's own Metadata WSDL, which PyPI's simple-salesforce brings along, and against itself:
what the manifest, the permission sets and the pages name has to be there."""
import base64
import importlib.resources
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from part import Part, equal  # noqa: E402
from visualforce import SOURCES  # noqa: E402

PART = Part("metadata")
PROJECT = SOURCES.parents[2]
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
VERSION = "66.0"
# Types that the WSDL is too old for, by the Metadata API Developer Guide, version 66.0: name, kind, required, values.
DOCUMENTED = {
    "ExtlClntAppCanvasSettings": {
        "accessMethod": ("AccessMethod", True), "canvasLocationOptions": ("CanvasLocationOptions", False),
        "canvasOptions": ("CanvasOptions", False), "canvasUrl": ("xsd:string", True),
        "externalClientApplication": ("xsd:string", True), "label": ("xsd:string", False),
        "lifeCycleHandler": ("xsd:string", False), "samlInitiationMethod": ("SamlInitiationMethod", False),
    },
}
ENUMERATIONS = {
    "AccessMethod": {"Get", "Post"},
    "CanvasLocationOptions": {"Aura", "ChatterFeed", "MobileNav", "None", "PageLayout", "Publisher", "Visualforce"},
    "CanvasOptions": {"HideShare", "HideHeader"},
    "SamlInitiationMethod": {"IdpInitiated", "SpInitiated", "None"},
}
# Folder, and the end of the files' names, for each type of the manifest.
PLACES = {
    "ApexClass": ("classes", ".cls"), "ApexComponent": ("components", ".component"), "ApexPage": ("pages", ".page"),
    "CspTrustedSite": ("cspTrustedSites", ".cspTrustedSite-meta.xml"),
    "CustomPermission": ("customPermissions", ".customPermission-meta.xml"), "CustomTab": ("tabs", ".tab-meta.xml"),
    "ExternalClientApplication": ("externalClientApps", ".eca-meta.xml"),
    "ExtlClntAppCanvasSettings": ("extlClntAppCanvasSettings", ".ecaCanvas-meta.xml"),
    "ExtlClntAppConfigurablePolicies": ("extlClntAppPolicies", ".ecaPlcy-meta.xml"),
    "ExtlClntAppGlobalOauthSettings": ("extlClntAppGlobalOauthSets", ".ecaGlblOauth-meta.xml"),
    "ExtlClntAppOauthConfigurablePolicies": ("extlClntAppOauthPolicies", ".ecaOauthPlcy-meta.xml"),
    "ExtlClntAppOauthSettings": ("extlClntAppOauthSettings", ".ecaOauth-meta.xml"),
    "PermissionSet": ("permissionsets", ".permissionset-meta.xml"),
    "RemoteSiteSetting": ("remoteSiteSettings", ".remoteSite-meta.xml"),
    "StaticResource": ("staticresources", ".resource-meta.xml"),
}


class Schema:
    """The types of the WSDL."""

    def __init__(self, root):
        self.complex = {one.get("name"): one for one in root.iter(XSD + "complexType") if one.get("name")}
        self.simple = {
            one.get("name"): {value.get("value") for value in one.iter(XSD + "enumeration")} for one in root.iter(XSD + "simpleType")
        } | ENUMERATIONS

    def elements(self, name):
        """Name → (type, whether it has to be there), those of the base with them."""
        if name in DOCUMENTED:
            return DOCUMENTED[name]
        kind, found = self.complex[name], {}
        for extension in kind.iter(XSD + "extension"):
            found |= self.elements(extension.get("base").removeprefix("tns:"))
        for one in kind.iter(XSD + "element"):
            found[one.get("name")] = (one.get("type"), one.get("minOccurs") != "0")
        return found


SCHEMA = Schema(ElementTree.fromstring(importlib.resources.files("simple_salesforce").joinpath("metadata.wsdl").read_bytes()))


def check_element(element, kind, path):
    known = SCHEMA.elements(kind)
    names = [child.tag.removeprefix(NAMESPACE) for child in element]
    # Salesforce refuses an element that comes back after another one.
    equal([name for at, name in enumerate(names) if at and names[at - 1] != name and name in names[:at]], [])
    for name, (_, is_needed) in known.items():
        # A name of its own is the file's; content is beside it.
        if is_needed and name not in ("fullName", "content"):
            assert name in names, f"{path} has no {name}"
    for child, name in zip(element, names):
        assert name in known, f"{path}: {kind} has no {name}"
        check_value(child, known[name][0], f"{path}: {name}")


def check_value(element, kind, path):
    bare = kind.removeprefix("tns:")
    value = element.text or ""
    if bare in SCHEMA.simple:
        assert value in SCHEMA.simple[bare], f"{path} is {value!r}, not one of {sorted(SCHEMA.simple[bare])}"
    elif bare in SCHEMA.complex:
        check_element(element, bare, path)
    elif kind == "xsd:boolean":
        assert value in ("true", "false"), f"{path} is {value!r}"
    elif kind in ("xsd:int", "xsd:double"):
        assert re.fullmatch(r"-?\d+(\.\d+)?", value), f"{path} is {value!r}"
    else:
        assert kind in ("xsd:string", "xsd:base64Binary"), f"{path}: {kind} is not known"


def check_file(path):
    root = ElementTree.parse(path).getroot()
    kind = root.tag.removeprefix(NAMESPACE)
    if kind == "LightningComponentBundle":
        equal(root.findtext(NAMESPACE + "apiVersion"), VERSION)
        return
    check_element(root, kind, path.name)
    assert root.findtext(NAMESPACE + "apiVersion", VERSION) == VERSION, "another API version"
    equal(root.findtext(NAMESPACE + "externalClientApplication", "LatchkeyCanvas"), "LatchkeyCanvas")


def members():
    root = ElementTree.parse(PROJECT / "manifest/package.xml").getroot()
    equal(root.findtext(NAMESPACE + "version"), VERSION)
    return {
        one.findtext(NAMESPACE + "name"): [member.text for member in one.findall(NAMESPACE + "members")]
        for one in root.findall(NAMESPACE + "types")
    }


def manifest_names_everything():
    listed = members()
    for kind, (folder, end) in PLACES.items():
        there = sorted(path.name.removesuffix(end) for path in (SOURCES / folder).iterdir() if path.name.endswith(end))
        equal(sorted(listed.pop(kind)), there)
    objects = [path.name for path in (SOURCES / "objects").iterdir()]
    equal(sorted(listed.pop("CustomObject")), sorted(set(objects) - {"Activity"}))
    # Of an object of Salesforce's only the package's own fields; those of tasks and events are fields of Activity.
    fields = [path.name.removesuffix(".field-meta.xml") for path in (SOURCES / "objects/Activity/fields").iterdir()]
    equal(sorted(listed.pop("CustomField")), sorted("Activity." + one for one in fields))
    equal(listed.pop("LightningComponentBundle"), [path.name for path in (SOURCES / "lwc").iterdir()])
    equal(listed, {})


def every_source_has_its_metadata():
    for folder, ends in (("classes", ".cls"), ("pages", ".page"), ("components", ".component")):
        sources = {path.name for path in (SOURCES / folder).glob("*" + ends)}
        described = {path.name.removesuffix("-meta.xml") for path in (SOURCES / folder).glob("*-meta.xml")}
        equal(sources, described)
    for path in (SOURCES / "staticresources").glob("*-meta.xml"):
        name = path.name.removesuffix(".resource-meta.xml")
        equal(len([one for one in (SOURCES / "staticresources").glob(name + ".*") if one != path]), 1)
    equal({path.suffix for path in (SOURCES / "lwc/latchkeyPanel").iterdir()}, {".js", ".html", ".css", ".xml"})


def permission_sets_name_what_is_there():
    listed = members()
    for path in (SOURCES / "permissionsets").iterdir():
        root = ElementTree.parse(path).getroot()
        for entry, field, kind in (
            ("classAccesses", "apexClass", "ApexClass"), ("customPermissions", "name", "CustomPermission"),
            ("pageAccesses", "apexPage", "ApexPage"), ("objectPermissions", "object", "CustomObject"), ("tabSettings", "tab", "CustomTab"),
        ):
            for one in root.findall(NAMESPACE + entry):
                assert one.findtext(NAMESPACE + field) in listed[kind], f"{path.name}: {one.findtext(NAMESPACE + field)}"
        for one in root.findall(NAMESPACE + "fieldPermissions"):
            object_name, field = one.findtext(NAMESPACE + "field").split(".")
            assert (SOURCES / f"objects/{object_name}/fields/{field}.field-meta.xml").exists(), field


def agents_may_use_what_the_panel_needs():
    """Who has the agent's permission also has the pages and the classes behind them."""
    for name in ("Latchkey_Agent", "Latchkey_Client_Agent"):
        text = (SOURCES / f"permissionsets/{name}.permissionset-meta.xml").read_text()
        for part in ("LatchkeyPanelController", "LatchkeyCanvasHandler", "LatchkeyLead", "LatchkeyContact", "LatchkeyCase", "Latchkey_Agent"):
            assert f">{part}<" in text, f"{name} without {part}"
        assert "LatchkeySettings" not in text and "LatchkeySecret" not in text, f"{name} reaches settings"
        equal(">Latchkey_Client<" in text, name == "Latchkey_Client_Agent")


def apex_names_fields_and_permissions_that_are_there():
    objects = {path.name: {one.name.split(".")[0] for one in (path / "fields").iterdir()} for path in (SOURCES / "objects").iterdir()}
    known = {name for fields in objects.values() for name in fields} | set(objects) | {"NoSuchField__c"}
    for path in (SOURCES / "classes").glob("*.cls"):
        text = path.read_text()
        equal({name for name in re.findall(r"\b\w+__c\b", text)} - known, set())
        for name in re.findall(r"'(Latchkey_\w+)'", text):
            assert name in members()["CustomPermission"], name


def secrets_are_protected_and_absent():
    for name in ("LatchkeySecret__c", "LatchkeySettings__c"):
        root = ElementTree.parse(SOURCES / f"objects/{name}/{name}.object-meta.xml").getroot()
        equal((root.findtext(NAMESPACE + "visibility"), root.findtext(NAMESPACE + "customSettingsType")), ("Protected", "Hierarchy"))
    for path in SOURCES.rglob("*-meta.xml"):
        assert "consumerSecret>" not in path.read_text() and "consumerKey>" not in path.read_text(), path.name


def certificates_become_key_sets():
    """The script for administrators, with what they may get wrong."""
    script = PROJECT / "scripts/certificate-to-keys"
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in (("rsa", ["rsa:2048"]), ("other", ["rsa:3072"]), ("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])):
            command = ["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-subj", "/CN=x", "-keyout", "/dev/null"]
            subprocess.run([*command, "-out", f"{folder}/{name}"], check=True, capture_output=True)
        made = subprocess.run([script, "One", folder + "/rsa", "Two", folder + "/other"], capture_output=True, text=True)
        keys = json.loads(made.stdout)["keys"]
        equal([(key["kid"], key["kty"], key["alg"], key["e"]) for key in keys], [(name, "RSA", "RS256", "AQAB") for name in ("One", "Two")])
        for key, name in zip(keys, ("rsa", "other")):
            printed = subprocess.run(["openssl", "x509", "-in", f"{folder}/{name}", "-noout", "-modulus"], capture_output=True, text=True)
            modulus = base64.urlsafe_b64decode(key["n"] + "==")
            equal(modulus.hex().upper(), printed.stdout.strip().removeprefix("Modulus="))
        for arguments in ([], ["One"], ["One", folder + "/ec"], ["One", folder + "/none"], ['x"y', folder + "/rsa"]):
            refused = subprocess.run([script, *arguments], capture_output=True, text=True)
            assert refused.returncode != 0 and refused.stdout == "" and refused.stderr, arguments


def the_project_can_be_read():
    project = json.loads((PROJECT / "sfdx-project.json").read_text())
    equal(project["sourceApiVersion"], VERSION)
    assert all((PROJECT / one["path"]).is_dir() for one in project["packageDirectories"])
    json.loads((PROJECT / "config/project-scratch-def.json").read_text())


def main():
    for path in sorted(SOURCES.rglob("*-meta.xml")):
        PART.check(path.name, check_file, path)
    for check in (
        manifest_names_everything, every_source_has_its_metadata, permission_sets_name_what_is_there,
        agents_may_use_what_the_panel_needs, apex_names_fields_and_permissions_that_are_there, secrets_are_protected_and_absent,
        certificates_become_key_sets, the_project_can_be_read,
    ):
        PART.check(check.__name__.replace("_", " "), check)
    PART.end("metadata against Salesforce's WSDL, manifest, permission sets")


if __name__ == "__main__":
    main()
