"""The public vectors of RFC 9162 proofs, most of them negative; all are run."""

import base64
import json
from collections import Counter
from pathlib import Path

from service.proof.log import consistency_holds, inclusion_holds
from tests.support.shared import shared_path

ALL = Counter({True: 6, False: 92})
"""How many of each sort are published: proofs that hold, and others."""


def read(path: Path) -> dict[str, object]:
    vector: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return vector


def raw(text: object) -> bytes:
    return base64.b64decode(str(text or ""))


def raws(texts: object) -> list[bytes]:
    return [raw(text) for text in texts] if isinstance(texts, list) else []


def number(vector: dict[str, object], name: str) -> int:
    value = vector[name]
    assert isinstance(value, int)
    return value


def test_every_inclusion_vector_is_answered_as_published() -> None:
    paths = sorted(shared_path("vectors/rfc9162/inclusion").rglob("*.json"))
    answers: Counter[bool] = Counter()
    for path in paths:
        vector = read(path)
        holds = inclusion_holds(
            leaf=raw(vector["leafHash"]),
            index=number(vector, "leafIdx"),
            size=number(vector, "treeSize"),
            proof=raws(vector["proof"]),
            root=raw(vector["root"]),
        )
        assert holds is not vector["wantErr"], path
        answers[holds] += 1
    assert answers == ALL


def test_every_consistency_vector_is_answered_as_published() -> None:
    paths = sorted(shared_path("vectors/rfc9162/consistency").rglob("*.json"))
    answers: Counter[bool] = Counter()
    for path in paths:
        vector = read(path)
        holds = consistency_holds(
            first=number(vector, "size1"),
            second=number(vector, "size2"),
            first_root=raw(vector["root1"]),
            second_root=raw(vector["root2"]),
            proof=raws(vector["proof"]),
        )
        assert holds is not vector["wantErr"], path
        answers[holds] += 1
    assert answers == ALL
