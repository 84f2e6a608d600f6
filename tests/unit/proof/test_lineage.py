"""What a document owes to those beside it: successors, appeals, and the delivery under a lien."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from service.proof.lien_key import lien_key
from service.proof.policy import MANDATORY, mandatory_paths, policy_audiences
from service.proof.redaction import redact
from service.proof.trust import Trust
from service.proof.verdict import Verdict
from service.proof.verify import verify, verify_together
from tests.unit.proof import documents
from tests.unit.proof.documents import DELIVERY_SECRET, FINANCIER, LIEN_REGISTRY, Sealed, one_truck
from tests.unit.proof.made_chain import Truck, anchored_truck
from tests.unit.proof.made_reader import reader_of

ANOTHER_BANK = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


@cache
def truck() -> Truck:
    return anchored_truck()


def outcome(verdict: Verdict, type_name: str = "LINEAGE") -> tuple[str, int | None]:
    check = verdict.check(type_name)
    return check.status.value, check.reason.code if check.reason else None


def together(of: Truck, **files: bytes) -> dict[str, Verdict]:
    bundles = {**{name: parts.file() for name, parts in of.parts.items()}, **files}
    return verify_together(bundles, lambda raw, beside: verify(raw, trust=of.trust, parents=beside))


def corrected(**changed: Any) -> Truck:
    """A truck whose ticket is put right by a correction that lies beside it."""
    sealed = one_truck()
    data = {**documents.correction(), **changed}
    sealed.seal("put-right", data, sealed.hash_of("ticket"), gross="gross")
    return anchored_truck(sealed)


class TestSuccessors:
    def test_a_document_that_one_beside_it_supersedes_is_replaced(self) -> None:
        verdicts = together(corrected())
        assert outcome(verdicts["ticket"]) == ("INVALID", 3)
        assert outcome(verdicts["put-right"]) == ("VALID", None)
        alone = corrected().parts["ticket"].file()
        assert outcome(verify(alone, trust=corrected().trust)) == ("SKIPPED", 4)

    def test_a_correction_of_a_correction_replaces_it_and_the_first_stays_replaced(self) -> None:
        sealed = one_truck()
        sealed.seal("first", documents.correction(), sealed.hash_of("ticket"), gross="gross")
        sealed.seal("second", documents.correction(), sealed.hash_of("first"), gross="gross")
        verdicts = together(anchored_truck(sealed))
        assert outcome(verdicts["ticket"]) == ("INVALID", 3)
        assert outcome(verdicts["first"]) == ("INVALID", 3)
        assert outcome(verdicts["second"]) == ("VALID", None)

    def test_what_rests_on_a_replaced_document_rests_on_a_withdrawn_one(self) -> None:
        sealed = one_truck()
        record = {
            **documents.correction()["record"],
            "corrects": "settlement",
            "values": documents.settlement()["record"],
        }
        data = {**documents.correction(), "record": record}
        sealed.seal("put-right", data, sealed.hash_of("settlement"), receipt="receipt")
        assert outcome(together(anchored_truck(sealed))["payment"]) == ("INVALID", 2)

    def test_a_file_that_does_not_hold_replaces_nothing(self) -> None:
        of = corrected()
        parts = of.parts["put-right"]
        spoilt = parts.file(anchor=replace(parts.anchor, tx_index=2))
        assert outcome(together(of, **{"put-right": spoilt})["ticket"]) == ("VALID", None)

    @pytest.mark.parametrize("issuers", ["nobody", "another"])
    def test_another_issuer_replaces_nothing(self, issuers: str) -> None:
        own = documents.correction()["issuers"][0]
        other = {**own, "documentStore": LIEN_REGISTRY}
        of = corrected(issuers={"nobody": [], "another": [other]}[issuers])
        assert outcome(together(of)["ticket"]) == ("VALID", None)

    def test_a_document_without_issuer_is_replaced_by_nobody(self) -> None:
        sealed = Sealed()
        sealed.seal("key-epoch", documents.key_epoch())
        sealed.seal("ticket", {**documents.ticket(), "issuers": []})
        sealed.seal("put-right", documents.correction(), sealed.hash_of("ticket"))
        assert outcome(together(anchored_truck(sealed))["ticket"]) == ("SKIPPED", 4)

    def test_a_reason_without_a_successor_is_enough(self) -> None:
        target = bytes(truck().nodes["ticket"][0])
        of = anchored_truck(revoked_at={target: 5}, revoke_reason={target: 4})
        assert outcome(verify(of.parts["ticket"].file(), trust=of.trust)) == ("INVALID", 3)

    def test_a_document_whose_data_cannot_be_read_supersedes_nothing(self) -> None:
        document = truck().parts["void-ticket"].document
        unsalted = {**document, "data": {**document["data"], "id": "plain"}}
        raw = truck().parts["void-ticket"].file(document=unsalted)
        assert outcome(together(truck(), **{"void-ticket": raw})["ticket"]) == ("VALID", None)


class TestAppeal:
    def test_an_appeal_outlives_the_document_it_was_raised_against(self) -> None:
        verdicts = together(corrected())
        assert outcome(verdicts["appeal"]) == ("VALID", None)

    def test_an_appeal_against_a_spoilt_document_is_none(self) -> None:
        parts = truck().parts["ticket"]
        spoilt = parts.file(anchor=replace(parts.anchor, tx_index=2))
        assert outcome(together(truck(), ticket=spoilt)["appeal"]) == ("INVALID", 1)


def held_truck(*, is_void: bool = False, **said: Any) -> Verdict:
    """The ticket's verdict where the gross weighing was held, beside what was decided about it."""
    sealed = one_truck()
    held = documents.weighing("gross", 48_620)
    held["record"]["controls"] = {"C7": documents.HELD}
    sealed.seal("held", held)
    sealed.seal("release", documents.hold_decision(**said), weighing="held")
    parents = {"gross": "held", "tare": "tare", "gross_release": "release"}
    if said.get("weighing_id") == "":
        del parents["gross_release"]
    data = documents.void_ticket() if is_void else documents.ticket()
    sealed.seal("weighed-again", data, **parents)
    return together(anchored_truck(sealed))["weighed-again"]


class TestHeldWeighing:
    def test_a_ticket_rests_on_a_held_weighing_that_another_person_released(self) -> None:
        assert outcome(held_truck()) == ("VALID", None)

    @pytest.mark.parametrize(
        "said",
        [
            {"weighing_id": ""},
            {"weighing_id": "another"},
            {"decision": "REWEIGH"},
            {"decided_by": "operator-1"},
        ],
        ids=lambda said: next(iter(said.items()))[-1] or "no release",
    )
    def test_without_its_release_it_rests_on_nothing(self, said: dict[str, Any]) -> None:
        assert outcome(held_truck(**said)) == ("INVALID", 1)

    def test_a_void_ticket_fixes_no_mass(self) -> None:
        assert outcome(held_truck(is_void=True, decision="REFUSE")) == ("VALID", None)


def lien_with(**figures: Any) -> dict[str, Any]:
    data = documents.lien()
    return {**data, "record": {**data["record"], **figures}}


def judged_lien(data: dict[str, Any], *, beside: bool = False, **answers: Any) -> Verdict:
    sealed = Sealed()
    sealed.seal("key-epoch", documents.key_epoch())
    sealed.seal("delivery", documents.delivery())
    sealed.seal("lien", data, delivery="delivery")
    of = anchored_truck(sealed)
    if beside:
        return together(of)["lien"]
    chain = reader_of(of, **answers) if answers else None
    return verify(of.parts["lien"].file(), trust=with_liens(of.trust), chain=chain)


def with_liens(trust: Trust) -> Trust:
    registry = bytes.fromhex(LIEN_REGISTRY[2:])
    return replace(trust, issuers=(replace(trust.issuers[0], lien_registry=registry),))


class TestLien:
    def test_a_lien_on_its_delivery_holds(self) -> None:
        assert outcome(judged_lien(documents.lien(), beside=True)) == ("VALID", None)

    @pytest.mark.parametrize(
        "figures",
        [
            {"lien_key": documents.DIGEST},
            {"delivery_id": "delivery-2"},
            {"delivery_secret": "ef" * 32},
        ],
    )
    def test_another_key_than_that_of_the_delivery_is_a_mismatch(
        self, figures: dict[str, str]
    ) -> None:
        assert outcome(judged_lien(lien_with(**figures))) == ("INVALID", 6)

    @pytest.mark.parametrize("secret", ["zz" * 32, "ab", 5])
    def test_a_secret_that_is_none_is_left_to_the_schema(self, secret: object) -> None:
        verdict = judged_lien(lien_with(delivery_secret=secret))
        assert outcome(verdict) == ("SKIPPED", 4)
        assert outcome(verdict, "RECORD_SEMANTICS") == ("INVALID", 5)

    def test_a_secret_of_its_own_is_found_where_the_delivery_is_at_hand(self) -> None:
        key = lien_key("lien", "delivery-1", bytes.fromhex("ef" * 32)).hex()
        data = lien_with(delivery_secret="ef" * 32, lien_key=key)
        assert outcome(judged_lien(data)) == ("SKIPPED", 4)
        assert outcome(judged_lien(data, beside=True)) == ("INVALID", 6)

    def test_hidden_figures_are_not_compared(self) -> None:
        parts = truck().parts["lien"]
        for path in ("record.delivery_secret", "record.lien_key", "record.financier", "record"):
            raw = parts.file(document=redact(parts.document, [path]))
            chain = reader_of(truck(), lien_bank=FINANCIER)
            verdict = verify(raw, trust=with_liens(truck().trust), chain=chain)
            assert outcome(verdict) == ("SKIPPED", 4)

    def test_a_corrected_delivery_keeps_its_secret(self) -> None:
        for secret, expected in ((DELIVERY_SECRET, ("VALID", None)), ("ef" * 32, ("INVALID", 6))):
            sealed = one_truck()
            values = {**documents.delivery()["record"], "delivery_secret": secret}
            record = {**documents.correction()["record"], "corrects": "delivery", "values": values}
            data = {**documents.correction(), "record": record}
            sealed.seal("put-right", data, documents.DIGEST)
            sealed.seal("lien-2", documents.lien(), delivery="put-right")
            assert outcome(together(anchored_truck(sealed))["lien-2"]) == expected

    def test_a_lien_names_a_delivery_or_one_put_right(self) -> None:
        sealed = one_truck()
        sealed.seal("on-a-ticket", documents.lien(), delivery="ticket")
        sealed.seal("on-another-correction", documents.lien(), delivery="correction")
        verdicts = together(anchored_truck(sealed))
        for name in ("on-a-ticket", "on-another-correction"):
            assert outcome(verdicts[name]) == ("INVALID", 6)

    def test_a_delivery_whose_kind_is_hidden_is_not_another(self) -> None:
        for hidden in ("kind", "record"):
            document = redact(truck().parts["delivery"].document, [hidden])
            raw = truck().parts["delivery"].file(document=document)
            assert outcome(together(truck(), delivery=raw)["lien"]) == ("VALID", None)
        sealed = one_truck()
        record = {**documents.correction()["record"], "corrects": "delivery"}
        record["values"] = documents.delivery()["record"]
        sealed.seal("put-right", {**documents.correction(), "record": record}, documents.DIGEST)
        sealed.seal("lien-2", documents.lien(), delivery="put-right")
        of = anchored_truck(sealed)
        document = redact(of.parts["put-right"].document, ["record"])
        raw = of.parts["put-right"].file(document=document)
        assert outcome(together(of, **{"put-right": raw})["lien-2"]) == ("VALID", None)

    def test_a_correction_without_values_is_no_delivery(self) -> None:
        sealed = one_truck()
        record = {**documents.correction()["record"], "corrects": "delivery", "values": "text"}
        sealed.seal("odd", {**documents.correction(), "record": record}, documents.DIGEST)
        sealed.seal("lien-2", documents.lien(), delivery="odd")
        assert outcome(together(anchored_truck(sealed))["lien-2"]) == ("INVALID", 1)

    def test_the_bank_that_holds_the_delivery_is_the_financier(self) -> None:
        assert outcome(judged_lien(documents.lien(), lien_bank=FINANCIER)) == ("SKIPPED", 4)
        assert outcome(judged_lien(documents.lien(), lien_bank=None)) == ("SKIPPED", 4)

    def test_a_delivery_that_another_bank_holds_is_pledged_already(self) -> None:
        verdict = judged_lien(documents.lien(), lien_bank=ANOTHER_BANK)
        assert outcome(verdict) == ("INVALID", 5)

    def test_a_lien_that_ended_claims_nothing(self) -> None:
        data = lien_with(state="released", released_bp=10_000)
        assert outcome(judged_lien(data, lien_bank=ANOTHER_BANK)) == ("SKIPPED", 4)

    def test_a_lien_registry_that_is_silent_or_unknown_says_nothing(self) -> None:
        verdict = judged_lien(documents.lien(), lien_registry_answers=False)
        assert outcome(verdict) == ("SKIPPED", 4)
        chain = reader_of(truck(), lien_bank=ANOTHER_BANK)
        raw = truck().parts["lien"].file()
        assert outcome(verify(raw, trust=truck().trust, chain=chain)) == ("SKIPPED", 4)


class TestCorrectionPolicy:
    def test_a_correction_shows_what_the_corrected_kind_must_show(self) -> None:
        paths = mandatory_paths("bank", "correction", is_void=False, corrects="ticket")
        assert paths is not None
        assert {"links.supersedes", "record.values.net_kg", "record.values.grade"} <= {*paths}
        void = mandatory_paths("bank", "correction", is_void=True, corrects="ticket")
        assert void is not None
        assert "record.values.void_reason" in void
        assert "record.values.net_kg" not in void

    def test_hiding_a_corrected_figure_hides_a_mandatory_one(self) -> None:
        parts = truck().parts["correction"]
        for path in ("record.values.net_kg", "record.corrects", "record"):
            raw = parts.file(document=redact(parts.document, [path]))
            verdict = verify(raw, trust=truck().trust, audience="bank")
            assert outcome(verdict, "DISCLOSURE_POLICY") == ("INVALID", 1)

    def test_a_ticket_declared_void_later_shows_why(self) -> None:
        sealed = one_truck()
        record = {
            **documents.correction()["record"],
            "values": documents.void_ticket()["record"],
        }
        sealed.seal("void", {**documents.correction(), "record": record}, documents.DIGEST)
        of = anchored_truck(sealed)
        verdict = verify(of.parts["void"].file(), trust=of.trust, audience="plant")
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("VALID", None)

    def test_the_policy_document_says_the_same_as_the_code(self) -> None:
        for audience, kinds in policy_audiences().items():
            assert {kind: tuple(paths.values()) for kind, paths in kinds.items()} == dict(
                MANDATORY[audience]
            )
