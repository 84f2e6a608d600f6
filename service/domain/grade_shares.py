"""Shares by form as shares by catalogue grade, by what a site buys in each form."""

from collections.abc import Mapping, Sequence


def grade_shares(
    forms_bp: Mapping[str, int], codes_by_form: Mapping[str, Sequence[str]]
) -> dict[str, int] | None:
    """Shares (bp) by catalogue code; None where a form that was seen has not exactly one code.

    Two forms of one code add up, so that the sum stays that of ``forms_bp``.
    """
    shares_bp: dict[str, int] = {}
    for form, share_bp in forms_bp.items():
        codes = codes_by_form.get(form, ())
        if share_bp and len(codes) != 1:
            return None
        if share_bp:
            shares_bp[codes[0]] = shares_bp.get(codes[0], 0) + share_bp
    return shares_bp
