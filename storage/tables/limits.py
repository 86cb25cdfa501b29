"""What platforms limit, for all processes together."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Tally(SQLModel, table=True):
    """The calls on one key that a platform limits; `marks` is JSON: how many count from which moment on."""

    key: str = Field(primary_key=True)
    marks: str
    touched_at: datetime
