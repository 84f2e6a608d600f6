from uuid import RFC_4122, UUID

from service.bootstrap.deps import new_salt


def test_salts_are_random_uuids_of_version_4_as_text() -> None:
    salts = {new_salt() for _ in range(500)}
    assert len(salts) == 500
    for salt in salts:
        read = UUID(salt)
        assert (read.version, read.variant, str(read)) == (4, RFC_4122, salt)
    assert {salt[19] for salt in salts} == set("89ab")
    assert len({salt[:8] for salt in salts}) == len({salt[-12:] for salt in salts}) == 500
