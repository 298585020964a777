"""Tables of postcodes and the names of areas, each row under the file that it came from."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base


class PostcodeFile(Base):
    """A postcode file that was loaded. The one that came into use last is the one that is asked."""

    __tablename__ = "postcode_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    in_use_since: Mapped[datetime | None]
    """None while it is being read, and for good when reading it failed."""
    postcodes: Mapped[int] = mapped_column(default=0)


class Postcode(Base):
    """One postcode of a file. Codes are the Office for National Statistics'; '' where the file has none."""

    __tablename__ = "postcode"

    file_id: Mapped[int] = mapped_column(ForeignKey("postcode_file.id"), primary_key=True)
    postcode: Mapped[str] = mapped_column(String(8), primary_key=True)
    ward_code: Mapped[str] = mapped_column(String(9), default="")
    authority_code: Mapped[str] = mapped_column(String(9), default="")
    ended: Mapped[bool] = mapped_column(default=False)
    """Royal Mail has taken it out of use."""


class Area(Base):
    """What a ward or a local authority is called."""

    __tablename__ = "area"

    file_id: Mapped[int] = mapped_column(ForeignKey("postcode_file.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
