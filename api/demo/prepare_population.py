"""Where does Porto Alegre's population come from? Makes population.csv from the hexagons of r5r.

Run by hand when the source changes; its result is shipped:

    python api/demo/prepare_population.py poa_hexgrid.csv \\
        api/demo/data/porto-alegre/population.csv

Source: r-package/inst/extdata/poa/poa_hexgrid.csv of github.com/ipeaGIT/r5r (package licence
MIT): H3 cells of resolution 9 with population, jobs, schools and clinics from the Ipea Access to
Opportunities project. Renames columns, keeps every row and every figure.
"""

import csv
import sys
from pathlib import Path

RENAMED = {
    "id": "cell_id",
    "lon": "lon",
    "lat": "lat",
    "population": "pop",
    "jobs": "jobs",
    "schools": "schools",
    "healthcare": "clinics",
}


def convert(source: Path, target: Path) -> int:
    """Write the points of `source` to `target` and return how many there are."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = [[row[name] for name in RENAMED] for row in csv.DictReader(file)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RENAMED.values())
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    count = convert(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{count} cells\n")
