"""The pages: one module for each audience, server-rendered, working without scripts where they can."""

from flask import Flask

from service.web.context import deps
from service.web.pages import demo, home, office, plant, public, supplier, yard
from service.web.pages.templating import init_templates


def register(app: Flask) -> None:
    """Put the pages on ``app``; the simulated yard exists on a demo database alone."""
    init_templates(app)
    for module in (home, yard, plant, supplier, office, public):
        app.register_blueprint(module.bp)
    with app.app_context():
        if deps().demo:
            app.register_blueprint(demo.bp)
