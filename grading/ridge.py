"""Lines by ridge regression, in closed form: the sums over all pictures less those of a fold give
the lines without that fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.forms import GRADE_CLASSES

PENALTY: Final = 0.3
SMALLEST_PART: Final = 1e-9

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RidgeSums:
    """Weighted sums over pictures: of one, of views, of views by class, of products of views."""

    mass_by_class: Numbers
    views: Numbers
    views_by_class: Numbers
    products: Numbers

    @classmethod
    def of(cls, values: Numbers, labels: Sequence[str], weights: Numbers) -> "RidgeSums":
        """Return the sums over N×V×R views of N pictures with their classes and weights."""
        per_picture = values.shape[1]
        flat = values.reshape(-1, values.shape[2])
        counts = np.repeat(weights, per_picture).astype(np.float32)
        member = np.zeros((len(flat), len(GRADE_CLASSES)), np.float32)
        places = np.repeat([GRADE_CLASSES.index(label) for label in labels], per_picture)
        member[np.arange(len(flat)), places] = counts
        rooted = flat * np.sqrt(counts)[:, None]
        return cls(
            mass_by_class=member.sum(axis=0, dtype=np.float64),
            views=(counts @ flat).astype(np.float64),
            views_by_class=(member.T @ flat).astype(np.float64),
            products=(rooted.T @ rooted).astype(np.float64),
        )

    @classmethod
    def total(cls, parts: "Sequence[RidgeSums]") -> "RidgeSums":
        """Return the sums over all parts."""
        return cls(**{name: sum(getattr(part, name) for part in parts) for name in cls.__slots__})

    def less(self, part: "RidgeSums") -> "RidgeSums":
        """Return the sums without those of ``part``; a class that was all in it has no mass."""
        rest = RidgeSums(
            **{name: getattr(self, name) - getattr(part, name) for name in self.__slots__}
        )
        gone = rest.mass_by_class < SMALLEST_PART * self.mass_by_class.sum()
        rest.mass_by_class[gone] = 0
        rest.views_by_class[gone] = 0
        return rest

    def solved(self) -> tuple[Numbers, Numbers]:
        """Return 24×R weights and 24 offsets of the lines with the least penalised square error.

        Lines of classes without mass are nought.
        """
        mass = self.mass_by_class.sum()
        middle, priors = self.views / mass, self.mass_by_class / mass
        spread = self.products - mass * np.outer(middle, middle)
        spread[np.diag_indices_from(spread)] += PENALTY
        towards = self.views_by_class - np.outer(self.mass_by_class, middle)
        weights = np.linalg.solve(spread, towards.T).T
        return weights, priors - weights @ middle
