import asyncio
import io
import sys
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter

from core import documents, enclosed, files, pictures, scaling, texts, tokens
from core import settings as core_settings
from core.errors import Kind, LeftOut, PlatformTrouble
from core.files import Files
from storage.claims import Turn
from storage.incoming import File
from storage.words import AuthorKind, FileKind, Role

BEGINNINGS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"GIF89a",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"BM",
    b"\xff\xfe",
]
anything = st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=300)).map(b"".join)


def reader(**changed: Any) -> Files:
    return Files(core_settings.load(env_file=None, **changed), seconds=60.0)


async def read(data: bytes, name: str = "x", size: int = 0, **changed: Any) -> File:
    async def fetch(_file: File, _limit: int) -> bytes:
        return data

    (file,) = await reader(**changed).read([File(name=name, size=size)], fetch)
    return file


def picture(size: tuple[int, int], file_format: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(buffer, file_format, **more)
    return buffer.getvalue()


@given(anything)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_left_out_with_a_reason(data: bytes) -> None:
    file = asyncio.run(read(data, PARLEY_FILE_CHARACTERS=50))
    assert file.kind is not FileKind.PENDING
    assert len(file.text) <= 50
    assert len(file.image) <= scaling.BYTES_LIMIT
    assert (file.kind is FileKind.LEFT_OUT) <= bool(file.note)
    file.text.encode()
    assert "\x00" not in file.text


@given(st.text(min_size=1, max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_text_in_any_usual_encoding_is_read_as_it_was_written(text: str, encoding: str) -> None:
    if encoding == "utf-8" and (files.CONTROL.search(text) or text[0] == "\ufeff" or "\x00" in text):
        return
    assert files.decoded(text.encode(encoding, "replace")) == text.encode(encoding, "replace").decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_table_without_a_mark_of_its_encoding_is_read(encoding: str) -> None:
    table = "Name;Straße\r\nZoë;Kastanienallee 4\r\n"
    assert files.decoded(table.encode(encoding)) == table


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200), st.integers(1, 40))
@settings(deadline=None)
def test_of_a_long_text_the_beginning_is_read_wherever_a_character_is_cut(text: str, most: int) -> None:
    file = asyncio.run(read(text.encode(), PARLEY_FILE_CHARACTERS=most))
    assert file.text in (text[:most], text.removeprefix("\ufeff")[:most]) or file.note == texts.FILE_UNKNOWN


def test_a_text_of_an_old_windows_is_read() -> None:
    assert files.decoded("Käse für 4 €".encode("cp1252")) == "Käse für 4 €"


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_large_picture_is_scaled_down(file_format: str) -> None:
    made = pictures.scaled(picture((2_400, 1_200), file_format))
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.size == (1_568, 784)
    assert len(made) <= scaling.BYTES_LIMIT


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_mode_is_read(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (30, 20)).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    assert pictures.media_type(pictures.scaled(buffer.getvalue())) in ("image/png", "image/jpeg")


def test_a_picture_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret Camera"
    made = pictures.scaled(picture((200, 100), "JPEG", exif=exif))
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.size == (100, 200)
        assert not opened.getexif()


def test_what_else_a_picture_holds_is_not_kept() -> None:
    made = pictures.scaled(picture((20, 10), icc_profile=bytes(500_000)))
    with Image.open(io.BytesIO(made)) as opened:
        assert not opened.info


def test_an_animation_is_its_first_picture() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(pictures.scaled(buffer.getvalue()))) as opened:
        assert opened.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_small_file_that_claims_a_huge_picture_is_left_out() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (9_000).to_bytes(4) + (9_000).to_bytes(4) + bytes([8, 2, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    with pytest.raises(LeftOut, match=texts.FILE_TOO_LARGE):
        pictures.scaled(bomb)


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(), texts.FILE_WITHOUT_TEXT),
        (pdf(password="secret"), texts.FILE_LOCKED),
        (pdf(300)[:9_000], texts.FILE_BROKEN),
        (b"PK\x03\x04\x00\x00", texts.FILE_UNKNOWN),
        (bytes(range(256)), texts.FILE_UNKNOWN),
        (b"", texts.FILE_EMPTY),
    ],
)
async def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    file = await read(data)
    assert (file.kind, file.note) == (FileKind.LEFT_OUT, reason)


HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf\r\n", HEADERS, bytes(128)], ids=lambda before: f"{len(before)}")
async def test_a_pdf_is_one_whatever_stands_before_its_mark(before: bytes) -> None:
    assert (await read(before + pdf())).note == texts.FILE_WITHOUT_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "%PDF-1.7 is how such a file begins",
        'if data.startswith(b"%PDF-"):\n    return "application/pdf"\n',
        "# Käse\n\nA PDF begins with `%PDF-1.4`, and then come objects, such as `1 0 obj`, and at last `%%EOF`.",
        "How to write a PDF by hand:\n\n%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n",
    ],
)
async def test_a_text_that_speaks_of_pdfs_is_a_text(text: str) -> None:
    file = await read(text.encode())
    assert (file.kind, file.text) == (FileKind.TEXT, text)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
async def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(LeftOut, match=texts.FILE_SLOW):
        await documents.read(pdf(500), 100, seconds=0.01)


async def test_too_large_too_many_and_too_slow_files_are_left_out() -> None:
    async def fetch(file: File, limit: int) -> bytes:
        if file.name == "slow":
            await asyncio.sleep(5)
        if file.name == "gone":
            raise PlatformTrouble(Kind.MISSING, "http_404")
        if file.name == "broken":
            raise KeyError(file.name)
        return b"x" * (limit + 1) if file.name == "longer" else b"x"

    names = ["slow", "gone", "longer", "broken", "declared", *map(str, range(6))]
    announced = [File(name=name, size=2_000_000 if name == "declared" else 0) for name in names]
    short = Files(core_settings.load(env_file=None, PARLEY_FILE_MB=1), seconds=0.3)
    read = {file.name: file.note for file in await short.read(announced, fetch)}
    assert read["slow"] == texts.FILE_SLOW
    assert read["gone"] == texts.FILE_UNREACHABLE
    assert read["longer"] == read["declared"] == texts.FILE_TOO_LARGE
    assert read["broken"] == texts.FILE_BROKEN
    assert (read["4"], read["5"]) == ("", texts.FILE_TOO_MANY)


async def test_a_download_ends_as_soon_as_it_is_too_large() -> None:
    taken = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b"x" * 10

    with pytest.raises(LeftOut, match=texts.FILE_TOO_LARGE):
        await files.collected(chunks(), 35)
    assert taken == 4


@given(st.text(max_size=300))
def test_a_name_is_one_short_line_without_anything_that_means_something(name: str) -> None:
    shown = files.named(name)
    assert 0 < len(shown) <= files.NAME_LIMIT
    assert not set(shown) & set("`<>\n\r\x00")


def turn(*beside: File, text: str = "look") -> Turn:
    return Turn(Role.USER, AuthorKind.PERSON, "U1", "Ann", text, beside)


def text_file(text: str) -> File:
    return File(name="a.txt", kind=FileKind.TEXT, text=text)


@given(st.text(max_size=400))
def test_a_text_never_ends_its_own_fence(text: str) -> None:
    first, *_, last = enclosed.paragraph(text_file(text)).split("\n")[1:]
    assert first == last
    assert first not in text


@given(
    st.lists(st.text(st.sampled_from("a 1\n`é"), max_size=3_000).map(text_file), max_size=4), st.integers(-10, 4_000)
)
def test_files_take_no_more_of_the_window_than_is_left(beside: list[File], left: int) -> None:
    shown, taken = enclosed.shown(turn(*beside), left, sees=True)
    lines = sum(enclosed.cost(file) for file in shown.files if file.kind is FileKind.LEFT_OUT)
    assert taken - lines <= max(left, 0)
    assert all(file.note for file, given in zip(shown.files, beside, strict=True) if file.text != given.text)


def test_a_text_that_does_not_fit_is_cut_and_that_is_said() -> None:
    shown, taken = enclosed.shown(turn(text_file("word " * 5_000)), 4_000, sees=True)
    assert 0 < taken <= 2_000
    assert "File a.txt (all but its beginning):" in shown.text
    assert enclosed.left_out([shown]) == [("a.txt", texts.FILE_CUT)]


@pytest.mark.parametrize(
    ("image", "sees", "left", "note"),
    [
        (b"x", True, 5_000, ""),
        (b"x", True, tokens.PER_IMAGE, texts.FILE_NO_ROOM),
        (b"x", False, 5_000, texts.FILE_IMAGE_UNSEEN),
        (b"", True, 5_000, texts.FILE_IMAGE_OLDER),
    ],
)
def test_a_picture_is_shown_or_named_with_the_reason(image: bytes, sees: bool, left: int, note: str) -> None:
    shown, _ = enclosed.shown(turn(File(name="a.png", kind=FileKind.IMAGE, image=image)), left, sees=sees)
    assert shown.files[0].note == note
    assert ("[Image: a.png]" in shown.text) == (not note)


def test_people_are_told_only_of_files_that_the_answer_is_to() -> None:
    own = Turn(Role.ASSISTANT, AuthorKind.SELF, "", "", "I see.")
    old = turn(File(name="old.zip", kind=FileKind.LEFT_OUT, note=texts.FILE_UNKNOWN))
    new = turn(File(name="new.zip", kind=FileKind.LEFT_OUT, note=texts.FILE_UNKNOWN))
    assert enclosed.left_out([old, own, new, turn()]) == [("new.zip", texts.FILE_UNKNOWN)]
