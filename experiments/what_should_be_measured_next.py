"""What should be measured next? What it would be worth to know each assumption exactly, or to watch so many women,
before choosing whether to pay for one case manager more. For a planner to whom one woman more who completes in a year
is worth 300,000 CAD, at which the two come out about even: a choice of this example, and nobody's finding."""

from experiments.kept import experiment

COMMAND = ["value", "value.worth=300000", "value.runs=12"]
FILES = ("summary.txt", "information.csv", "options.csv", "value.svg", "value.txt")

if __name__ == "__main__":
    raise SystemExit(experiment("what_should_be_measured_next", COMMAND, FILES))
