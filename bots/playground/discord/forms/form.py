"""A form that collects every wrong field before it refuses (…/reference, "Error Messages")."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bots.playground.discord.errors import InvalidForm


class Form:
    """The errors of one body, nested like the body; `root` is where in the body the checked fields are."""

    def __init__(self, root: str = "") -> None:
        self._root = root
        self._errors: dict[str, Any] = {}

    @property
    def failed(self) -> bool:
        return bool(self._errors)

    def wrong(self, path: str, code: str, message: str) -> None:
        """Name a wrong field by its path, such as `embeds.0.title`."""
        place = self._errors
        for part in filter(None, [*self._root.split("."), *path.split(".")]):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def done(self) -> None:
        """Refuse with 50035 when any field was wrong."""
        if self._errors:
            raise InvalidForm(self._errors)

    def text(self, path: str, value: Any, longest: int, *, shortest: int = 0, required: bool = False) -> str | None:
        """A string of so many code points, or None."""
        if value is None or (value == "" and required):
            if required:
                self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
            return None
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret string.")
            return None
        if len(value) > longest and shortest:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {shortest} and {longest} in length.")
        elif len(value) > longest:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
        elif len(value) < shortest:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {shortest} and {longest} in length.")
        return value

    def number(self, path: str, value: Any, low: int | None = None, high: int | None = None) -> int | None:
        """A whole number, or None; ids may come as strings."""
        if value is None:
            return None
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if low is not None and number < low:
            self.wrong(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        if high is not None and number > high:
            self.wrong(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        return number

    def snowflake(self, path: str, value: Any) -> int | None:
        """An id, or None."""
        if value is None:
            return None
        if not str(value).isdecimal() or isinstance(value, bool):
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            return None
        return int(value)

    def flag(self, path: str, value: Any) -> bool | None:
        """A yes or no, or None."""
        if value is not None and not isinstance(value, bool):
            self.wrong(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return None
        return value

    def choice(self, path: str, value: Any, choices: tuple[int, ...]) -> int | None:
        """One of the choices, or None."""
        if value is not None and (isinstance(value, bool) or value not in choices):
            listed = ", ".join(str(choice) for choice in choices)
            self.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")
            return None
        return int(value) if value is not None else None

    def kind(self, path: str, value: Any, kinds: tuple[int, ...]) -> int | None:
        """The `type` of an object that may be of several kinds, or None."""
        if isinstance(value, int) and not isinstance(value, bool) and value in kinds:
            return value
        self.wrong(path, "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {kinds}.')
        return None

    def address(self, path: str, value: Any, schemes: tuple[str, ...] = ("http", "https")) -> None:
        """An address of one of the schemes, or None."""
        if self.text(path, value, 2_048) is None:
            return
        try:
            scheme = urlsplit(value).scheme
        except ValueError:
            self.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
            return
        if scheme not in schemes:
            message = f'Scheme "{scheme}" is not supported. Scheme must be one of {schemes}.'
            self.wrong(path, "URL_TYPE_INVALID_SCHEME", message)

    def moment(self, path: str, value: Any) -> float | None:
        """The seconds since 1970 of an ISO 8601 timestamp, or None."""
        if value is None:
            return None
        try:
            return datetime.fromisoformat(value).timestamp()
        except (TypeError, ValueError, OverflowError):
            self.wrong(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
            return None

    def required(self, path: str, value: Any) -> bool:
        """Whether a field that must be there is."""
        if value is None:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        return value is not None

    def object(self, path: str, value: Any) -> dict[str, Any]:
        """An object; null is an empty one."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return {}

    def values(self, path: str, value: Any) -> list[Any]:
        """A list; null is an empty one."""
        if value is None or isinstance(value, list):
            return value or []
        self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []

    def objects(self, path: str, value: Any, most: int, fewest: int = 0) -> list[dict[str, Any]]:
        """A list of so many objects; null is an empty one."""
        items = self.values(path, value)
        if fewest and not fewest <= len(items) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {fewest} and {most} in length.")
        elif len(items) > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return [self._item(f"{path}.{index}", item) for index, item in enumerate(items)]

    def _item(self, path: str, item: Any) -> dict[str, Any]:
        if item is None:
            self.wrong(path, "LIST_ITEM_VALUE_REQUIRED", "List item values of ModelType are required")
        return self.object(path, item)
