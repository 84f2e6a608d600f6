"""People by their ids, in the language of the page."""

from service.storage import identity
from service.storage.db import Tx
from service.web.pages.figures import is_english


def names(tx: Tx) -> dict[str, str]:
    """The name of each account."""
    english = is_english()
    return {
        user.user_id: (user.name_en or user.name) if english else user.name
        for user in identity.users(tx)
    }
