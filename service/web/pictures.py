"""A photograph as the one who asks may see it: insiders the file, outsiders a blurred copy."""

from service.storage import views
from service.usecases.photograph_reuse import public_copy
from service.usecases.ports import PublicCopyError
from service.web.context import deps

NO_COPY = "no copy with faces and plates blurred can be made here"


def shown_to(
    who: views.Reader, photograph_id: str, picture: views.PhotographContent
) -> tuple[bytes, str]:
    """Bytes and media type; whoever reads by organisation gets the copy, a JPEG without EXIF."""
    if who.all or not who.organisation_ids:
        return picture.content, picture.media_type
    return shown_to_outsiders(photograph_id, picture)


def shown_to_outsiders(photograph_id: str, picture: views.PhotographContent) -> tuple[bytes, str]:
    """Bytes and media type of the copy with faces and plates blurred, as papers show it too.

    Raises ``PublicCopyError``.
    """
    copy = public_copy(photograph_id, picture.content, deps())
    if copy is None:
        raise PublicCopyError(value=NO_COPY)
    return copy, "image/jpeg"
