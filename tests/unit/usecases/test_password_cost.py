"""What a password's hash costs one who guesses."""

import subprocess
import sys


def test_a_password_is_hashed_at_the_cost_that_the_standard_names() -> None:
    """RFC 9106, section 4: 64 MiB, three passes, four lanes; the tests themselves take less."""
    asked = (
        "from service.usecases.identity import PASSWORD_COST as cost; print(sorted(cost.items()))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout
    assert shown == "[('memory_cost', 65536), ('parallelism', 4), ('time_cost', 3)]\n"
