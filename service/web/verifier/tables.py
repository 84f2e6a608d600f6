"""What the verifier of the page shares with ours: ``python -m service.web.verifier.tables``.

Schemas, policies, codes and factor sets have one source, the Python package. They are written into
``src/tables.json``, from where the build takes them into the page.
"""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from service.domain.carbon import COAL_FACTOR_ID, PROCESSING_FACTOR_ID, Method
from service.domain.factors import DEFAULT_FACTOR_SET_ID, FactorSet, factor_set, grid_factor_id
from service.proof.case import PRODUCT_TEMPLATE
from service.proof.families import ALL, REQUIRED
from service.proof.policy import CORRECTION, MANDATORY, POLICY_ID, mandatory_paths, policy_audiences

TARGET = Path(__file__).parent / "src" / "tables.json"
_FACTOR_SETS = (DEFAULT_FACTOR_SET_ID,)
_VOID_TICKET = "ticket-void"


def tables() -> dict[str, Any]:
    """Everything of ``tables.json``."""
    return {
        "template": PRODUCT_TEMPLATE,
        "families": [
            {"type": each.type, "name": each.name, "codes": dict(sorted(each.codes.items()))}
            for each in ALL
        ],
        "required": [each.type for each in REQUIRED],
        "policies": {audience: _policy(audience) for audience in MANDATORY},
        "policy_document": {"id": POLICY_ID, "audiences": policy_audiences()},
        "schemas": _schemas(),
        "carbon": {
            "methods": {method.value: method.avoided_factor_id for method in Method},
            "processing": PROCESSING_FACTOR_ID,
            "coal": COAL_FACTOR_ID,
            "grid_prefix": grid_factor_id("", "").removesuffix("-"),
            "sets": {name: _factors(factor_set(name)) for name in _FACTOR_SETS},
        },
    }


def tables_text() -> str:
    """The file, as it is committed."""
    return json.dumps(tables(), ensure_ascii=False, indent=1) + "\n"


def _policy(audience: str) -> dict[str, Any]:
    """Paths by kind; those of a correction by the kind that it corrects, "" for no known one."""
    kinds = [kind for kind in MANDATORY[audience] if kind != CORRECTION]
    corrected = {
        kind: mandatory_paths(audience, CORRECTION, is_void=False, corrects=kind)
        for kind in ("", CORRECTION, *kinds)
    }
    return {
        **{kind: mandatory_paths(audience, kind, is_void=False) for kind in kinds},
        _VOID_TICKET: mandatory_paths(audience, "ticket", is_void=True),
        CORRECTION: {
            **corrected,
            _VOID_TICKET: mandatory_paths(audience, CORRECTION, is_void=True),
        },
    }


def _schemas() -> dict[str, Any]:
    folder = resources.files("service.proof.schemas")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")),
        key=lambda file: file.name,
    )
    return {
        file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8"))
        for file in files
    }


def _factors(known: FactorSet) -> dict[str, Any]:
    return {
        "sha256": known.sha256,
        "factors": {
            factor.factor_id: {
                "value": factor.text,
                "basis": factor.basis,
                "source": factor.source,
            }
            for factor in known.factors.values()
        },
    }


if __name__ == "__main__":
    TARGET.write_text(tables_text(), encoding="utf-8")
