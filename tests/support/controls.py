"""Policies of the controls for companies whose tests are about something else."""

from collections.abc import Iterable
from datetime import datetime

from service.domain.control.policy import ENFORCED
from service.domain.control.verdict import CONTROLS
from service.storage.control_policy import ControlPolicyRow, add_policy, policies_of
from service.storage.db import Tx

LENIENT = {control: {"action": "OFF"} for control in CONTROLS if control not in ENFORCED}
"""Nothing is held or refused but what no site may soften."""


def be_lenient(tx: Tx, site_ids: Iterable[str], at: datetime) -> None:
    """Set ``LENIENT`` at the sites that have no policy yet: there the same two pictures serve every
    weighing, and a truck is unloaded within seconds."""
    for site_id in site_ids:
        if not policies_of(tx, site_id):
            add_policy(
                tx,
                ControlPolicyRow(
                    site_id=site_id,
                    version=1,
                    policy=LENIENT,
                    reason="standing scales",
                    set_at=at,
                    set_by="-",
                ),
            )
