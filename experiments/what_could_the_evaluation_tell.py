"""What could an evaluation of this size tell? The published one as a measuring instrument, a thousand times."""

from experiments.kept import experiment

COMMAND = ["evaluate"]
FILES = (
    "summary.txt", "tables/decomposition.csv", "tables/width.csv", "tables/contraction.csv", "tables/ends.csv",
    "tables/settings.csv", "tables/badges.csv", "figures/change_and_effect.svg", "figures/change_and_effect.txt",
    "figures/identifiability.svg", "figures/identifiability.txt",
)  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(experiment("what_could_the_evaluation_tell", COMMAND, FILES))
