"""The bar with a burnt-in clock that a camera lays over the first rows of its frames.

It is no part of the load, its digits are sharp in a blurred frame, and two frames of one scene
differ in it. Whatever is measured or compared is measured below it.
"""

from typing import Final

import cv2
import numpy as np

from grading.picture import Pixels

LEAST_ROWS: Final = 12
LARGEST_SHARE: Final = 0.08
"""Share of the picture's height in which the bar may end."""
APART_ROWS: Final = 3
"""Rows above and below a row between which a step is looked for; coding smears the step itself."""
STEP: Final = 1.25
"""The rows below a bar are lighter by this factor or more, or darker, at nearly every column."""
COLUMNS_WITH_STEP: Final = 0.90
WRITING_LEVEL: Final = 200
BELOW_STEP_ROWS: Final = 2
"""Rows below the step that coding has mixed with the bar."""


def clock_rows(pixels: Pixels) -> int:
    """Return how many of the first rows of an H×W×3 BGR picture are a clock bar; 0 for none.

    A bar is a band of at most 8 % of the height, laid evenly over the whole width, so that at 9
    columns of 10 the picture gets lighter at its lower edge (or at as many darker), with writing
    lighter than 200 in it.
    """
    height, width = pixels.shape[:2]
    last = int(height * LARGEST_SHARE)
    if last <= LEAST_ROWS or width < LEAST_ROWS:
        return 0
    top = cv2.cvtColor(pixels[: last + APART_ROWS + 1], cv2.COLOR_BGR2GRAY)
    columns = cv2.resize(top, (64, top.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
    columns += 1.0
    rows = np.arange(LEAST_ROWS, last)
    factor = columns[rows + APART_ROWS] / columns[rows - APART_ROWS]
    lighter = (factor > STEP).mean(axis=1)
    darker = (factor < 1 / STEP).mean(axis=1)
    share = np.maximum(lighter, darker)
    if float(share.max()) < COLUMNS_WITH_STEP:
        return 0
    steps = np.flatnonzero(share >= COLUMNS_WITH_STEP)
    row = int(rows[steps[len(steps) // 2]])
    if int(top[:row].max()) < WRITING_LEVEL:
        return 0
    return row + BELOW_STEP_ROWS


def below_clock(pixels: Pixels, rows: int | None = None) -> Pixels:
    """Return the picture without its clock bar; ``rows`` where the bay says how many they are."""
    skipped = clock_rows(pixels) if rows is None else rows
    return pixels[skipped:] if skipped < pixels.shape[0] else pixels
