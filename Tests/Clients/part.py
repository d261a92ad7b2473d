"""One part of the tests: runs checks, says which fail, and ends with one line for all of them."""
import sys
import time
import traceback


class Part:
    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0

    def check(self, what, function, *arguments):
        """Runs a check; it holds unless it raises something."""
        try:
            function(*arguments)
        except Exception as error:
            self.fail(what, "".join(traceback.format_exception(error)[-2:]))
        else:
            self.passed += 1

    def fail(self, what, why):
        self.failed += 1
        print(f"FAIL  {self.name}: {what}\n      " + str(why).strip().replace("\n", "\n      "), flush=True)

    def end(self, note):
        """Prints the line of the part and ends the program; `note` says what was run."""
        word = "FAIL" if self.failed else "ok"
        count = self.passed + self.failed
        print(f"{word:5} {self.name:8} {count:4} checks, {self.failed} failed  ({note})", flush=True)
        sys.exit(1 if self.failed else 0)


def equal(got, wanted):
    assert got == wanted, f"{got!r} where {wanted!r} was wanted"


def contains(text, part):
    assert part in text, f"{part!r} is not in {text[:400]!r}"


def until(holds, seconds=15):
    """Waits until something holds, which is asked again and again."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.02)
