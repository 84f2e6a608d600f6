"""The committed gas report is what the registry uses, and little more than the reference."""

from tests.support.gas import REPORT, measured, report
from tests.support.registry_on_chain import RegistryOnChain


def test_gas_report_is_what_the_registry_uses(registry: RegistryOnChain) -> None:
    figures = measured(registry)
    assert REPORT.read_text("utf-8") == report(figures)
    for what, (gas, reference) in figures.items():
        assert gas * 100 <= reference * 101, what
