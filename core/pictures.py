"""Pictures as models take them: one frame, upright, not too large, and without what a camera wrote in."""

import io
from collections.abc import Iterator

from PIL import Image, ImageOps

from core import texts
from core.errors import LeftOut

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
# Beyond this a model gains nothing: platform.openai.com/docs/guides/images-vision
LONGEST_SIDE = 1_568
BYTES_LIMIT = 1_000_000
# A file of a few bytes may claim any size; decoding takes about four bytes a pixel.
PIXEL_LIMIT = 50_000_000
QUALITIES = (85, 70, 50)
HALVINGS = 5


def is_picture(data: bytes) -> bool:
    """What the first bytes say; the name and the declared type may say anything."""
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")) or (
        data[:4],
        data[8:12],
    ) == (b"RIFF", b"WEBP")


def media_type(image: bytes) -> str:
    """Of a picture made by `scaled`."""
    return "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"


def scaled(data: bytes) -> bytes:
    """A PNG or JPEG of at most LONGEST_SIDE and BYTES_LIMIT. Raises LeftOut."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXEL_LIMIT:
                raise LeftOut(texts.FILE_TOO_LARGE)
            picture = _upright(opened)
            photograph = opened.format == "JPEG"
        return next(made for made in _made(picture, photograph=photograph) if len(made) <= BYTES_LIMIT)
    except LeftOut:
        raise
    except Exception as error:  # a decoder may stumble over strange bytes in any way
        raise LeftOut(texts.FILE_BROKEN) from error


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame, turned as the camera was held, in a mode that both formats know."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    transparent = opened.has_transparency_data
    picture = ImageOps.exif_transpose(opened).convert("RGBA" if transparent else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
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
