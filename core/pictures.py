"""Pictures as models take them: one frame, upright, not too large, and without what a camera wrote in."""


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
    """A PNG or JPEG that is not too large. Raises LeftOut."""
    # Loading the library takes 3 MB, which a process that is sent no pictures does not need.
    from core import scaling

    return scaling.scaled(data)
