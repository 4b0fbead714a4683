"""Which assumption matters? All of them screened, those that move completing most with their shares of its variance."""

from experiments.kept import experiment

COMMAND = ["sensitivity"]
FILES = (
    "summary.txt", "screen.csv", "shares.csv", "pairs.csv", "tornado.csv", "outcomes.csv", "sensitivity.svg",
    "sensitivity.txt",
)  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(experiment("which_assumption_matters", COMMAND, FILES))
