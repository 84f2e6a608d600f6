"""The network and the engine, loaded once for all tests of the package."""

from pathlib import Path

import pytest

from grading.api import Grader
from grading.backbone import Backbone, load_backbone
from grading.head import SHIPPED_HEAD, read_head
from grading.site import Site


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def backbone(cache: Path) -> Backbone:
    return load_backbone(cache)


@pytest.fixture(scope="session")
def grader(backbone: Backbone) -> Grader:
    return Grader(backbone=backbone, head_file=read_head(SHIPPED_HEAD), site=Site())
