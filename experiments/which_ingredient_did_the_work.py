"""Which ingredient did the work? All 16 combinations of the four key ingredients, every arrow of the theory of change
cut alone, and the rival explanations."""

from experiments.kept import experiment

COMMAND = ["contribute", "contribute.precision=1", "contribute.arrows=60"]
FILES = (
    "summary.txt", "story.txt", "shares.csv", "ways.csv", "arrows.csv", "rivals.csv", "contribution.svg",
    "contribution.txt", "theory_of_change.svg", "theory_of_change.txt",
)  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(experiment("which_ingredient_did_the_work", COMMAND, FILES))
