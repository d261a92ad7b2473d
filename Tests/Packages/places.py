"""Where docs/cluster.md says that its files go."""
import re


def places(document):
    """Pairs of a file and its path by the document's table; without a path for those that stay where they are."""
    found = []
    for row in re.findall(r"^\| (`[^|]*`) \|([^|]*)\|([^|]*)\|$", document.read_text(), re.M):
        names, folders, beside = (re.findall(r"`([^`]+)`", cell) for cell in row)
        folders = resolved([folder for folder in folders if "/" in folder])
        if len(folders) < 2 or len(names) < 2:
            found += [(name, folder + name if folder else "") for name in names for folder in folders or [""]]
        else:
            found += [(name, folder + name) for name, folder in zip(names, folders, strict=True)]
        if "beside it" in row[2]:
            found.append((beside[0], folders[0] + beside[0]))
    return found


def resolved(folders):
    """Folders, each with its beginning: `…` stands for what is before the last part of the one before."""
    found = []
    for folder in folders:
        if folder.startswith("…"):
            folder = found[-1].rstrip("/").rsplit("/", 1)[0] + folder[1:]
        found.append(folder)
    return found
