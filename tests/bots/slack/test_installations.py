from pathlib import Path

from cryptography.fernet import Fernet

from bots.slack import web
from bots.slack.installations import Installations
from storage.database import Database
from storage.encrypted import Vault


async def test_the_workspace_that_was_quiet_longest_is_forgotten_first(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/parley.db")
    vault, template = Vault([Fernet.generate_key().decode()]), web.client(None, "http://127.0.0.1:9/api/", None)
    known = Installations(database, vault, template, ("", ""), most=2)
    often, seldom = known.client_of("T1"), known.client_of("T2")

    known.client_of("T1")
    known.client_of("T3")

    assert known.client_of("T1") is often
    assert known.client_of("T2") is not seldom
    await database.close()
