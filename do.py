"""One command that sets everything up and then does what is asked: `python3 do.py run`, `app`, `test` or `trust`.

It uses Python's standard library alone, and only words that an old Python can read, so that it can say it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(HOME, "Scripts", "python.exe") if os.name == "nt" else os.path.join(HOME, "bin", "python")
STAMP = os.path.join(HOME, "pathways-set-up.txt")
LOG = os.path.join(HOME, "pathways-set-up.log")

USAGE = """python3 do.py run [key=value ...]     simulate the program and its twin with usual services only
python3 do.py app [key=value ...]     open the page for planners in the browser; app.classroom=true for a class
python3 do.py test [pytest words ...] check style, types, imports, and the facts that the tests state
python3 do.py trust [check ...]       do the checks that take hours, and keep what each finds in tests/trust/results

The first run sets up .venv in this folder. Examples:
  python3 do.py run staffing.case_managers=3
  python3 do.py run scenario=no_drop_in replications=200"""

SIZES = {"run": "about 220 MB (850 MB once unpacked)", "test": "about 300 MB (1.2 GB once unpacked)"}
SIZES["trust"] = SIZES["test"]
SIZES["app"] = SIZES["run"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOT_TESTED = "page not tested: no browser"

CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("lint-imports", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
    ("mypy", ["-m", "mypy", "--strict", "sim"]),
    ("the same numbers as published", ["tests/baseline.py"]),
    ("pytest", ["-m", "pytest"]),
)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def stop(text, code):
    """The one line that says why nothing more happens, and what to do."""
    sys.stderr.write(text + "\n")
    sys.exit(code)


def too_old(version):
    """What to tell somebody whose Python is too old; nothing for everybody else."""
    if tuple(version[:2]) >= OLDEST:
        return None
    line = "Pathways needs Python 3.11 or newer, and this is {}.{}: start it with a newer one (python3.12 do.py run)"
    return line.format(*version[:2])


def fingerprint():
    """Changes when what must be installed changes, or when the folder has moved."""
    digest = hashlib.sha256(ROOT.encode("utf-8"))
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamped():
    """What the last completed set-up wrote: its fingerprint and the verbs that it serves."""
    if not os.path.exists(STAMP):
        return []
    with open(STAMP) as file:
        return file.read().split()


def quietly(command, log=os.devnull):
    """Whether the command worked; what it says goes to the log."""
    try:
        with open(log, "ab") as file:
            return subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file) == 0
    except OSError:
        return False


def environment_works():
    return quietly([PYTHON, "-c", "import sys; sys.exit(sys.version_info < {})".format(OLDEST)])


def installer():
    """The words that install into .venv, by uv, by .venv's own pip, or by the pip of the Python that runs this."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", PYTHON]
    if quietly([PYTHON, "-m", "pip", "--version"]) or quietly([PYTHON, "-m", "ensurepip"]):
        return [PYTHON, "-m", "pip", "install"]
    outer = [sys.executable, "-m", "pip", "--python", PYTHON]
    if quietly(outer + ["--version"]):
        return outer + ["install"]
    return stop("No pip (22.3 or newer) was found: install your system's python3-pip, or uv, and try again.", 1)


def set_up(verb):
    """What the verb needs is installed in .venv; nothing is done when it already is."""
    wanted, done = fingerprint(), stamped()
    works = environment_works()
    if works and done[:1] == [wanted] and verb in done:
        return
    say("Setting up, once, in one to five minutes: {} of Python packages".format(SIZES[verb]))
    say("(those in constraints.txt that are not there yet) come from the package index this computer uses")
    say("into {}. Delete that folder to undo it; this computer's Python stays as it is.".format(HOME))
    if not works and not quietly([sys.executable, "-m", "venv", "--clear", "--without-pip", HOME]):
        stop("Could not make {}: is the folder writable, and is Python's venv module installed?".format(HOME), 1)
    what = "." if verb == "run" else ".[{}]".format(verb)
    if not quietly(installer() + ["-c", "constraints.txt", "-e", what], LOG):
        stop("The set-up did not finish: check the network and try again; what went wrong is in {}".format(LOG), 1)
    with open(STAMP, "w") as file:
        file.write(" ".join([wanted, "run", verb]))
    say("Ready.\n")


def hand_over(words, folder=None):
    """The exit code of Python with these words; on Ctrl-C its last words are waited for, and then all ends."""
    child = subprocess.Popen([PYTHON] + words, cwd=folder)
    stopped = False
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:
            stopped = True
    code = code if code >= 0 else 128 - code
    if stopped:
        sys.exit(code or 130)
    return code


def run(words):
    return hand_over(["-P", "-m", "sim"] + words)


def app(words):
    return run(["app"] + words)


def browser():
    """The Chromium that the page is tested in; None where there is none, and its tests are not collected."""
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def test(words):
    """1 if any check failed, and the last line says which; all of them are tried."""
    failed = []
    for name, command in CHECKS:
        say("== {}".format(name))
        more = words if name == "pytest" else []
        if hand_over(command + more, ROOT) != 0:
            failed.append(name)
    said = "Failed: {}".format(", ".join(failed)) if failed else "Everything passed."
    say(said if browser() else "{}; {}".format(said.rstrip("."), NOT_TESTED))
    return 1 if failed else 0


def trust(words):
    return hand_over(["-m", "trust"] + words, os.path.join(ROOT, "tests"))


def main(words):
    verbs = {"run": run, "app": app, "test": test, "trust": trust}
    if not words or words[0] in ("help", "-h", "--help"):
        say(USAGE)
        return 0
    if words[0] not in verbs:
        return stop("{}: unknown; do.py knows run, app, test and trust".format(words[0]), 2)
    set_up(words[0])
    return verbs[words[0]](words[1:])


if __name__ == "__main__":
    if too_old(sys.version_info):
        stop(too_old(sys.version_info), 2)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        stop("Stopped; the same command carries on from here.", 130)
