"""What Parley is told in a journey, whatever the platform."""

from pathlib import Path
from typing import Any

from core import settings
from core.settings import Settings
from tests.journeys.control import Model


def settings_with(model: Model, folder: Path, **given: Any) -> Settings:
    """The local model, a database in the folder, a short time of grace, and what is given."""
    shared: dict[str, Any] = {
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "OPENAI_MODEL": "parley-playground",
        "DATABASE_URL": f"sqlite:///{folder}/parley.db",
        "PARLEY_GRACE_S": 5,
    }
    return settings.load(env_file=None, **(shared | given))
