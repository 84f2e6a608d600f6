"""The pages: one module for each audience, drawn by the server."""

from flask import Flask

from service.web.context import deps
from service.web.pages import (
    appeal,
    appeal_figures,
    bay,
    catalogue,
    control,
    correction,
    demo,
    grade_rules,
    hazard,
    held_entry,
    hold,
    home,
    inspector,
    lien,
    loading,
    model,
    monitor,
    office,
    people,
    plant,
    prices,
    public,
    redaction,
    review,
    seller,
    stock,
    supplier,
    ticket,
    ticket_print,
    vehicles,
    weighing,
    yard,
    yard_steps,
)
from service.web.pages.templating import init_templates

_EVERYWHERE = (
    home.bp,
    yard.bp,
    yard_steps.bp,
    vehicles.bp,
    weighing.bp,
    inspector.bp,
    hazard.bp,
    bay.bp,
    ticket.bp,
    ticket_print.bp,
    seller.bp,
    correction.bp,
    appeal.bp,
    appeal_figures.bp,
    review.bp,
    grade_rules.bp,
    catalogue.bp,
    hold.bp,
    stock.bp,
    loading.bp,
    plant.bp,
    supplier.bp,
    office.bp,
    lien.bp,
    prices.bp,
    control.bp,
    model.bp,
    people.bp,
    public.bp,
    monitor.bp,
    redaction.bp,
    held_entry.bp,
)


def register(app: Flask) -> None:
    """Put the pages on ``app``; the simulated yard exists on a demo database alone."""
    init_templates(app)
    for pages in _EVERYWHERE:
        app.register_blueprint(pages)
    with app.app_context():
        is_demo = deps().demo
    if is_demo:
        app.register_blueprint(demo.bp)
