"""The package's files, one by one: syntax of Apex, markup and scripts, names, API versions, and the order of elements where
Salesforce's WSDL has a sequence."""
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from metadata import NAMESPACE, PROJECT, SCHEMA, VERSION  # noqa: E402
from part import Part, equal  # noqa: E402
from translate import Program, get_parser  # noqa: E402
from visualforce import SOURCES, parse  # noqa: E402

PART = Part("structure")
# Sources that have a description beside them, of the same name.
DESCRIBED = {".cls", ".page", ".component"}


def is_apex(path):
    """No node that the grammar could not read or has made up; one class, of the file's name, that says how it shares."""
    root = get_parser("apex").parse(path.read_bytes()).root_node
    bad = Program.first_error(root)
    assert bad is None, f"{path.name}:{bad.start_point[0] + 1}: {bad.text.decode()[:60]!r}"
    (kind,) = [one for one in root.named_children if "comment" not in one.type]
    equal(kind.child_by_field_name("name").text.decode(), path.stem)
    head = path.read_text().split("{")[0].split("*/")[-1].lower()
    is_plain = kind.type == "interface_declaration" or "extends exception" in head or "@istest" in head
    assert is_plain or " sharing " in head, "does not say with, without or inherited sharing"
    equal("@istest" in head, path.stem.endswith(("Test", "TestData")))


def is_markup(path):
    if path.suffix == ".html":
        # Lightning binds without quotation marks.
        source = re.sub(r"=(\{[\w.]+\})", r'="\1"', path.read_text())
        ElementTree.fromstring(f'<bundle xmlns:lwc="lwc">{source}</bundle>')
    else:
        parse(path)


def is_script(path):
    # Node does not know decorators; Lightning has these.
    source = re.sub(r"(?m)^(\s*)@(api|track) ", r"\1", path.read_text())
    checked = subprocess.run(["node", "--check", "--input-type=module", "-"], input=source, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def has_its_description(path):
    """Every file is a description, has one beside it, or is of a bundle that has one."""
    if path.name.endswith("-meta.xml"):
        source = path.with_name(path.name.removesuffix("-meta.xml"))
        assert source.suffix not in DESCRIBED or source.exists(), f"{path.name} describes nothing"
    elif path.parent.parent.name == "lwc":
        assert (path.parent / f"{path.parent.name}.js-meta.xml").exists() and path.stem == path.parent.name
    elif path.parent.name == "staticresources":
        assert path.with_name(path.stem + ".resource-meta.xml").exists()
    else:
        assert path.suffix in DESCRIBED and path.with_name(path.name + "-meta.xml").exists()


def is_in_order(path):
    """Elements in the order of the WSDL's sequence, all through the file; one API version."""
    root = ElementTree.parse(path).getroot()
    equal(root.findtext(NAMESPACE + "apiVersion", VERSION), VERSION)
    kind = root.tag.removeprefix(NAMESPACE)
    if kind != "LightningComponentBundle":
        follows(root, kind, path.name)


def follows(element, kind, where):
    known = SCHEMA.elements(kind)
    order = list(known)
    places = [order.index(child.tag.removeprefix(NAMESPACE)) for child in element]
    for before, after in zip(places, places[1:]):
        assert before <= after, f"{where}: {order[after]} comes after {order[before]}"
    for child in element:
        inner = known[child.tag.removeprefix(NAMESPACE)][0].removeprefix("tns:")
        if inner in SCHEMA.complex:
            follows(child, inner, f"{where}: {inner}")


def manifest_is_in_order():
    kinds = ElementTree.parse(PROJECT / "manifest/package.xml").getroot().findall(NAMESPACE + "types")
    names = [one.findtext(NAMESPACE + "name") for one in kinds]
    equal(len(names), len(set(names)))
    for one in kinds:
        members = [member.text for member in one.findall(NAMESPACE + "members")]
        assert "*" not in members and len(members) == len(set(members)), f"{members} names more than is there"


def names_are_consistent():
    """What a file's name says and its content says again is the same; labels and names are as long as Salesforce takes them."""
    for path in SOURCES.rglob("*-meta.xml"):
        root = ElementTree.parse(path).getroot()
        name = path.name.removesuffix("-meta.xml").rsplit(".", 1)[0]
        if path.parent.name == "fields":
            equal(root.findtext(NAMESPACE + "fullName"), name)
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*(__c)?", name) and len(name) <= 80, name
        label = root.findtext(NAMESPACE + "label") or root.findtext(NAMESPACE + "masterLabel") or ""
        assert len(label) <= 80, f"{path.name}: {label}"
    project = json.loads((PROJECT / "sfdx-project.json").read_text())
    equal(project["packageDirectories"][0]["path"], str(SOURCES.relative_to(PROJECT)).split("/")[0])


def main():
    paths = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    checks = {
        ".cls": is_apex, ".page": is_markup, ".component": is_markup, ".html": is_markup, ".svg": lambda path: ElementTree.parse(path), ".js": is_script,
    }
    for path in paths:
        name = path.relative_to(SOURCES)
        PART.check(f"{name} has its description", has_its_description, path)
        if path.suffix in checks:
            PART.check(f"{name} can be read", checks[path.suffix], path)
        if path.name.endswith("-meta.xml"):
            PART.check(f"{name} is in order", is_in_order, path)
    for path in sorted((HERE.parents[1] / "samples").glob("*.cls")):
        PART.check(f"{path.name} can be read", is_apex, path)
    PART.check("the manifest names each thing once", manifest_is_in_order)
    PART.check("names are consistent", names_are_consistent)
    if len(paths) < 50:
        PART.fail("files", f"only {len(paths)} were found")
    PART.end(f"{len(paths)} files of the Salesforce package")


if __name__ == "__main__":
    main()
