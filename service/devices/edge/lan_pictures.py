"""Pictures on the LAN: kept, shown, and read for codes and plates."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Response, request

from service.devices.camera import fetch_snapshot
from service.devices.codes import decode_codes
from service.devices.edge.asks import Ask
from service.devices.edge.lan import LanApi, LanParts
from service.devices.edge.log import Blob
from service.devices.http_answers import Route, json_answer, uncached
from service.devices.pictures import LARGEST_BYTES, picture_header
from service.domain.errors import FerrotraceError, NotFoundError
from service.domain.plate_reading import PlateReading

ReadPlates = Callable[[bytes], Sequence[PlateReading]]
"""Picture file -> plates, the surest first."""

TABLET = "tablet"


class LanPictures:
    """Photographs and readings; without ``read_plates`` no plate is suggested."""

    def __init__(self, parts: LanParts, api: LanApi, read_plates: ReadPlates | None) -> None:
        self._parts = parts
        self._api = api
        self._read_plates = read_plates

    def routes(self) -> tuple[Route, ...]:
        return (
            ("POST", "/yard/v1/photographs", self.post_photograph),
            ("GET", "/yard/v1/photographs/<digest>", self.get_photograph),
            ("POST", "/yard/v1/readings", self.post_reading),
            ("POST", "/yard/v1/cameras/<camera_id>/readings", self.post_camera_reading),
            ("GET", "/yard/v1/cameras/<camera_id>.jpg", self.get_camera),
        )

    def post_photograph(self) -> Response:
        """Keep a picture; with a visit it becomes an entry, without one it waits to be named."""
        doer = self._api.doer()
        data = self._picture()
        blob = Blob(data=data, media_type=picture_header(data).media_type)
        digest = self._parts.log.add_blob(blob)
        visit_id = request.args.get("visit_id")
        if visit_id:
            taken_at = request.args.get("taken_at")
            body = {
                "visit_id": visit_id,
                "photograph_id": request.args.get("photograph_id") or f"P-{digest[:32]}",
                "camera_id": request.args.get("camera_id") or TABLET,
                "origin": "UPLOADED",
                "sha256": digest,
                "media_type": blob.media_type,
                **({"taken_at": taken_at} if taken_at else {}),
            }
            entry_id = f"photograph-{body['photograph_id']}"
            self._parts.yard.submit(
                Ask(entry_id=entry_id, kind="photograph.added", body=body), doer
            )
        return json_answer({"sha256": digest}, HTTPStatus.CREATED)

    def get_photograph(self, digest: str) -> Response:
        blob = self._parts.log.blob(digest)
        if blob is None:
            raise NotFoundError(field="sha256", what="photograph", key=digest[:64])
        answer = Response(blob.data, mimetype=blob.media_type)
        answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return answer

    def post_reading(self) -> Response:
        return self._readings(self._picture())

    def post_camera_reading(self, camera_id: str) -> Response:
        return self._readings(self._snapshot(camera_id))

    def get_camera(self, camera_id: str) -> Response:
        data = self._snapshot(camera_id)
        return uncached(Response(data, mimetype=picture_header(data).media_type))

    def _readings(self, picture: bytes) -> Response:
        """Codes, else plates: a code says more surely who comes, and is read much sooner.

        A recogniser that fails suggests nothing.
        """
        codes = [{"type": code.type, "text": code.text} for code in decode_codes(picture)]
        plates = [] if codes else self._plates(picture)
        return json_answer({"codes": codes, "plates": plates})

    def _plates(self, picture: bytes) -> list[dict[str, object]]:
        if self._read_plates is None:
            return []
        try:
            plates = self._read_plates(picture)
        except FerrotraceError:
            return []
        return [
            {
                "text": plate.text,
                "colour": plate.colour.value if plate.colour else None,
                "confidence_bp": plate.confidence_bp,
            }
            for plate in plates
        ]

    def _picture(self) -> bytes:
        request.max_content_length = LARGEST_BYTES
        return request.get_data()

    def _snapshot(self, camera_id: str) -> bytes:
        cameras = self._parts.site.cameras
        if camera_id not in cameras:
            raise NotFoundError(field="camera", what="camera", key=camera_id[:64])
        return fetch_snapshot(camera_id, cameras[camera_id]).data
