"""Decodes, turns and shrinks pictures: the only file that knows the library for that."""

import io
from collections.abc import Iterator

from PIL import Image, ImageOps

from core import texts
from core.errors import LeftOut

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
# Beyond this a model gains nothing: platform.openai.com/docs/guides/images-vision
LONGEST_SIDE = 1_568
BYTES_LIMIT = 1_000_000
# A file of a few bytes may claim any size. Decoding takes about four bytes a pixel, and less for photographs, which are
# made smaller while they are decoded.
PIXEL_LIMIT, PHOTOGRAPH_LIMIT = 40_000_000, 60_000_000
# Modes that can be made smaller as they are.
PLAIN = ("RGB", "RGBA", "L")
QUALITIES = (85, 70, 50)
HALVINGS = 5


def scaled(data: bytes) -> bytes:
    """A PNG or JPEG of at most LONGEST_SIDE and BYTES_LIMIT. Raises LeftOut."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            photograph = opened.format == "JPEG"
            if opened.width * opened.height > (PHOTOGRAPH_LIMIT if photograph else PIXEL_LIMIT):
                raise LeftOut(texts.FILE_TOO_LARGE)
            picture = _upright(opened)
        return next(made for made in _made(picture, photograph=photograph) if len(made) <= BYTES_LIMIT)
    except LeftOut:
        raise
    except Exception as error:  # a decoder may stumble over strange bytes in any way
        raise LeftOut(texts.FILE_BROKEN) from error


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame, turned as the camera was held, in a mode that both formats know.

    It is made smaller first, as each further step makes a copy. What else the file says, such as a colour profile of
    any size, is no part of it.
    """
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    mode = "RGBA" if opened.has_transparency_data else "RGB"
    picture = opened if opened.mode in PLAIN else opened.convert(mode)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture).convert(mode)
    picture.info = {}
    return picture


def _made(picture: Image.Image, *, photograph: bool) -> Iterator[bytes]:
    """Ever smaller files of a picture: as drawings are kept best, then as photographs are."""
    if not photograph:
        yield _written(picture, "PNG")
    opaque = Image.new("RGB", picture.size, "white")
    opaque.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    for _ in range(HALVINGS):
        for quality in QUALITIES:
            yield _written(opaque, "JPEG", quality=quality)
        opaque = opaque.resize((max(1, opaque.width // 2), max(1, opaque.height // 2)))


def _written(picture: Image.Image, file_format: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()
