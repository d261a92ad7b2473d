"""Counts checks, and prints those that fail."""


class Checks:
    def __init__(self):
        self.made, self.failed, self.said = 0, 0, {}

    def __call__(self, good, name, detail=""):
        self.made += 1
        if good:
            return
        self.failed += 1
        self.said[name] = self.said.get(name, 0) + 1
        if self.said[name] <= 12:
            print(f"FAIL  {name} {detail}".rstrip(), flush=True)

    def end(self):
        """The last line, and the exit code."""
        print(f"{self.made} checks, {self.failed} failed")
        return 1 if self.failed else 0
