"""Fits the photograph rule: a logistic regression on the square roots of what `glimpse-studio rule measure` prints.

Says how often it errs on pictures that it was not fitted to, and writes its constants as Rust.
"""

import argparse
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

# Forms that most photographs have; the others count a third.
USUAL = ("as-it-is", "cropped", "lossy-jpeg", "on-white-jpeg")
# How strongly the regression is held back (sklearn's C): five-fold, 0.1 to 0.5 give the same.
STRENGTH = 0.1
# What share of the drawings may be taken for photographs, out of fold; all other doubt is the photographs'.
DRAWINGS_GIVEN_UP = 0.025


def measured(studio, folders):
    """The files of some folders and the square roots of their measures."""
    files = [str(file) for folder in folders for file in sorted(folder.glob("*.[jp]*g"))]
    lines = subprocess.run(
        [studio, "rule", "measure"], input="\n".join(files), capture_output=True, text=True, check=True
    ).stdout.splitlines()
    numbers = [[float(number) for number in line.rsplit(",", line.count(","))[2:]] for line in lines]
    return files, np.sqrt(np.array(numbers, np.float32)).astype(np.float64)


def form(file):
    """What a file's name says of it: a photograph's form, or a drawing's ground and finish."""
    words = Path(file).stem.split("-")
    if words[0].isdigit():
        known = {"white", "plain", "slope", "blots", "grain", "blur", "jpeg"}
        return "-".join(word for word in words if word in known)
    if words[0] in ("paper", "screen", "redrawn"):
        return words[0]
    return "-".join(word for word in words[:3] if word.isalpha() or word.isdigit())


def source(file):
    """Which photograph a form is of; forms of one must not be on both sides of a fold."""
    return Path(file).stem.rsplit("-", 1)[-1]


def rust(bias, weights):
    """The constants as a file of the crate `glimpse`."""
    numbers = [f"{weight:.4},".replace("e-0", "e-") for weight in weights]
    rows = ["    " + " ".join(numbers[at : at + 8]) for at in range(0, len(numbers), 8)]
    lines = [
        "//! The photograph rule's constants, written by `crates/studio/train/photograph_rule/fit.py`.",
        "",
        "/// What is added to the weighed measures.",
        f"pub(super) const BIAS: f32 = {bias:.4};",
        "",
        "/// How much the square root of each measure counts.",
        "#[rustfmt::skip]",
        f"pub(super) const WEIGHTS: [f32; {len(weights)}] = [",
        *rows,
        "];",
        "",
    ]
    return "\n".join(lines)


def table(title, files, wrong):
    """Says how many of each form are wrong."""
    counts = defaultdict(lambda: [0, 0])
    for file, is_wrong in zip(files, wrong):
        for name in (form(file), "all"):
            counts[name][0] += is_wrong
            counts[name][1] += 1
    print(f"{title}: " + ", ".join(f"{name} {count[0]}/{count[1]}" for name, count in sorted(counts.items())))


def main():
    """Fits, measures, writes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--studio", required=True, help="the built glimpse-studio")
    for name in ("photographs", "drawings", "other-photographs", "other-drawings"):
        arguments.add_argument(f"--{name}", type=Path, nargs="+", default=[])
    arguments.add_argument("--out", type=Path, required=True, help="the file of Rust to write")
    given = arguments.parse_args()

    photographs, of_photographs = measured(given.studio, given.photographs)
    drawings, of_drawings = measured(given.studio, given.drawings)
    seen = np.vstack([of_photographs, of_drawings])
    is_photograph = np.arange(len(seen)) < len(photographs)
    usual = np.array([1.0 if form(file).startswith(USUAL) else 1 / 3 for file in photographs])
    # Both sides weigh the same.
    weight = np.concatenate([usual / usual.sum(), np.full(len(drawings), 1 / len(drawings))]) * len(seen) / 2
    mean, spread = seen.mean(0), seen.std(0)
    spread[spread < 1e-6] = np.inf
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    out_of_fold = cross_val_predict(
        model,
        (seen - mean) / spread,
        is_photograph,
        groups=[source(file) for file in photographs] + drawings,
        cv=GroupKFold(5),
        method="decision_function",
        params={"sample_weight": weight},
    )
    shift = -np.quantile(out_of_fold[~is_photograph], 1 - DRAWINGS_GIVEN_UP)
    missed = out_of_fold[is_photograph] + shift < 0
    print(f"out of fold: {missed.mean():.2%} of the photographs' forms, {DRAWINGS_GIVEN_UP:.2%} of the drawings")

    model.fit((seen - mean) / spread, is_photograph, sample_weight=weight)
    weights = (model.coef_[0] / spread).astype(np.float32)
    bias = np.float32(model.intercept_[0] + shift - weights.astype(np.float64) @ mean)
    given.out.write_text(rust(bias, weights))
    for title, folders, right in (("photographs", given.other_photographs, 1), ("drawings", given.other_drawings, -1)):
        if folders:
            files, roots = measured(given.studio, folders)
            table(title, files, (roots @ weights + bias) * right <= 0)


if __name__ == "__main__":
    main()
