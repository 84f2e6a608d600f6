"""What a site does about each control: versions, the newest counts."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service.usecases.control_policy import (
    SetControlPolicy,
    SitePolicy,
    control_policies,
    set_control_policy,
)
from service.web.api.fields import Answer, Line, Request, Text
from service.web.context import actor, deps
from service.web.openapi import Section

SECTION = Section.of("control policies", "Block, hold, flag or off: a site's controls C1 to C20.")


class SettingRequest(Request):
    """``limits`` that are left out are the defaults; names and ranges are those of the product."""

    action: Literal["BLOCK", "HOLD", "FLAG", "OFF"] | None = None
    limits: dict[
        Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")],
        Annotated[int, Field(ge=0, le=1_000_000)],
    ] = Field(default_factory=dict)


class ControlPolicyRequest(Request):
    """Controls that are left out are as the product has them."""

    policy: dict[Annotated[str, Field(pattern=r"^C([1-9]|1[0-9]|20)$")], SettingRequest]
    reason: Line

    def to_command(self, site_id: str) -> SetControlPolicy:
        stated = {
            control: setting.model_dump(exclude_none=True)
            for control, setting in self.policy.items()
        }
        return SetControlPolicy(site_id=site_id, policy=stated, reason=self.reason)


class SettingAnswer(Answer):
    action: Text
    limits: dict[str, int]


class ControlPolicyAnswer(Answer):
    """Version 0 is the default, which nobody has set."""

    site_id: str
    version: int
    policy: dict[str, SettingAnswer]
    reason: str
    set_at: datetime | None
    set_by: str | None


class ControlPolicyList(Answer):
    items: list[ControlPolicyAnswer]


@SECTION.get("/v1/sites/<site:site_id>/control-policies", answer=ControlPolicyList)
def get_control_policies(site_id: str) -> dict[str, object]:
    """Every version of the site's policy: the one in force first, the default last."""
    return {"items": [_answer(row) for row in control_policies(site_id, actor(), deps())]}


@SECTION.post(
    "/v1/sites/<site:site_id>/control-policies",
    body=ControlPolicyRequest,
    answer=ControlPolicyAnswer,
)
def post_control_policy(site_id: str, body: ControlPolicyRequest) -> dict[str, Any]:
    """Put a new policy in force; weighings that were judged keep their verdicts."""
    return _answer(set_control_policy(body.to_command(site_id), actor(), deps()))


def _answer(row: SitePolicy) -> dict[str, Any]:
    return {
        "site_id": row.site_id,
        "version": row.version,
        "policy": row.policy.record(),
        "reason": row.reason,
        "set_at": row.set_at,
        "set_by": row.set_by,
    }
