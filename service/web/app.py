"""The application factory: one Flask application from what ``bootstrap`` joined."""

from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from service.usecases.identity import LOCALES
from service.usecases.ports import Deps
from service.web import api, context, docs, pages
from service.web.access import init_access
from service.web.context import Outside, WebSettings
from service.web.converters import init_converters
from service.web.dispatch import blueprint
from service.web.errors import init_errors
from service.web.observing import init_observing
from service.web.security import init_security

MAX_BODY_BYTES = 16 * 1024 * 1024
"""A photograph with its form; operations with JSON bodies take less."""

LOCALE_COOKIE = "lang"


def create_app(deps: Deps, settings: WebSettings, outside: Outside) -> Flask:
    """The web application: JSON API, pages, sign-in, errors, health."""
    app = Flask("service.web", root_path=str(Path(__file__).parent))
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,  # a half-filled form stays good as long as the session
        WTF_CSRF_SSL_STRICT=True,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        JSON_AS_ASCII=False,
    )
    if is_https:  # the proxy that ends TLS tells who asks; without one nobody is believed
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    context.bind(app, deps, outside)
    init_converters(app)
    init_observing(app, deps)
    init_errors(app)
    init_access(app)
    Babel(app, locale_selector=select_locale)
    csrf = CSRFProtect(app)
    init_security(app, deps, secure_cookies=is_https)
    routes = blueprint(api.SECTIONS)
    csrf.exempt(routes)  # see "Sessions and forged requests" in docs/api.md
    app.register_blueprint(routes)
    app.register_blueprint(docs.routes)
    app.context_processor(lambda: {"locale": str(get_locale()), "demo": deps.demo})
    pages.register(app)
    return app


def select_locale() -> str:
    """The reader's language: chosen on this device, kept with the account, or the browser's."""
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return str(chosen)
    if "locale" in g:
        return str(g.locale)
    return request.accept_languages.best_match(LOCALES) or LOCALES[0]
