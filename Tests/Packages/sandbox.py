"""What the service's sandbox forbids, and whether a traced run of the service did any of it.

systemd's filters cannot be had without systemd as the first process: the calls that the service makes are compared with them.
"""
import re
import subprocess


def system_calls(word):
    """The names in a set such as @system-service."""
    if not word.startswith("@"):
        return {word}
    lines = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], check=True, capture_output=True, text=True)
    names = [line.strip() for line in lines.stdout.splitlines()[1:]]
    return set().union(*(system_calls(name) for name in names if name and not name.startswith("#")))


def allowed(filters):
    """What the unit's `SystemCallFilter` lines leave."""
    calls = set()
    for line in filters:
        for word in line.removeprefix("~").split():
            calls = calls - system_calls(word) if line.startswith("~") else calls | system_calls(word)
    return calls


def forbidden(trace, unit_text):
    """The lines of a trace that the unit's sandbox would not let pass, each kind once."""
    calls = allowed(re.findall(r"^SystemCallFilter=(.*)$", unit_text, re.M))
    families = set(re.search(r"^RestrictAddressFamilies=(.*)$", unit_text, re.M)[1].split())
    lines = trace.splitlines()
    starter = lines[0].split()[0]
    begin = next(index for index, line in enumerate(lines) if 'execve("/usr/bin/latchkey"' in line)
    found, seen = {}, set()
    for line in lines[begin + 1:]:
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not match or match[1] == starter:
            continue
        name, arguments = match[2], match[3]
        seen.add(name)
        writes = "PROT_EXEC" in arguments and ("PROT_WRITE" in arguments or name != "mmap")
        if name not in calls:
            found[name] = line
        elif name in ("mmap", "mprotect", "pkey_mprotect") and writes:
            found[name + " executable"] = line
        elif name == "socket" and arguments.split(",")[0] not in families:
            found[arguments.split(",")[0]] = line
        elif name in ("sched_setscheduler", "unshare", "setns"):
            found[name] = line
    assert {"listen", "accept4", "futex", "epoll_wait"} & seen, f"the trace is not of the service: {sorted(seen)}"
    return list(found.values())
