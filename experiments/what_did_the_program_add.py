"""What did the program add? The same women with the same luck, with usual services only and with the program."""

from experiments.kept import experiment

COMMAND = ["compare", "compare.a=no_program", "compare.b=as_delivered", "compare.precision=1"]
FILES = (
    "summary.txt",
    "differences.csv",
    "by_need.csv",
    "less.csv",
    "paired_differences.svg",
    "paired_differences.txt",
)

if __name__ == "__main__":
    raise SystemExit(experiment("what_did_the_program_add", COMMAND, FILES))
