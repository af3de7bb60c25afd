"""unpack: what an archive holds, whatever it claims, and what is told of the rest."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.sources.archive import Unpacked
from mcplog.sources.archive_caps import MEGABYTE, Caps
from mcplog.sources.found import Found
from mcplog.sources.recognise import FileKind
from tests.sources.archives import (
    BUNDLE,
    members,
    opened,
    raw_zip,
    tar_entry,
    tarred,
    told,
    zipped,
    zstd_compressed,
)
from tests.sources.trees import LOG, MARKER, STORE

TAR = tarred(BUNDLE)
SMALL = Caps(free_bytes=MEGABYTE, member_held_bytes=1000, held_bytes=4000)


# --- forms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "archive",
    [
        zipped(BUNDLE),
        zipped(BUNDLE, zipfile.ZIP_STORED),
        zipped(BUNDLE, zipfile.ZIP_BZIP2),
        zipped(BUNDLE) + b"a tail that somebody added",
        TAR,
        tarred(BUNDLE, tarfile.GNU_FORMAT),
        tarred(BUNDLE, tarfile.USTAR_FORMAT),
        gzip.compress(TAR),
        bz2.compress(TAR),
        lzma.compress(TAR),
        zstd_compressed(TAR),
    ],
    ids=["zip", "stored", "bzip2", "with a tail", "pax", "gnu", "ustar", "gz", "bz2", "xz", "zst"],
)
def test_every_form_gives_the_logs_and_leaves_out_what_is_of_no_use(archive: bytes) -> None:
    inside = opened(archive)

    assert told(inside) == []
    assert members(inside) == {"bundle.zip!debug/a.txt": LOG, "bundle.zip!debug/b.txt": LOG * 2}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd_compressed])
def test_one_compressed_file_is_that_file(pack: object) -> None:
    inside = opened(pack(LOG), name="a.txt.gz")  # type: ignore[operator]  # one of four functions of bytes

    assert inside.is_one_file
    assert members(inside) == {"a.txt.gz": LOG}
    assert [item.path.name for item in inside.items if isinstance(item, Found)] == ["a.txt"]


def test_members_are_what_their_bytes_say_and_keep_their_places() -> None:
    files = {
        ".claude/debug/9420cada-f78d-4461-8977-6a249fb6f718.txt": LOG,
        ".claude/.credentials.json": STORE,
        ".claude/mcp-needs-auth-cache.json": MARKER,
        ".claude/projects/p/history.txt": LOG,
        "__MACOSX/._a.txt": LOG,
        "node_modules/x/a.txt": LOG,
    }

    found = [item for item in opened(tarred(files)).items if isinstance(item, Found)]

    assert [(item.origin, item.kind, item.path.parent.name, item.modified_ms) for item in found] == [
        ("bundle.zip!.claude/debug/9420cada-f78d-4461-8977-6a249fb6f718.txt", FileKind.LOG, "debug", 1_795_566_960_000),
        ("bundle.zip!.claude/.credentials.json", FileKind.STORE, ".claude", 1_795_566_960_000),
        ("bundle.zip!.claude/mcp-needs-auth-cache.json", FileKind.MARKER, ".claude", 1_795_566_960_000),
    ]


def test_a_name_with_backslashes_has_folders() -> None:
    found = [item for item in opened(raw_zip((b"debug\\a.txt", LOG))).items if isinstance(item, Found)]

    assert [(item.origin, item.path.parts[-2:]) for item in found] == [("bundle.zip!debug/a.txt", ("debug", "a.txt"))]


def test_a_zip_without_a_zone_tells_no_time_and_one_with_unix_times_does() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("b.txt", (2026, 11, 25, 0, 36, 0))
        entry.extra = b"UT\x05\x00\x01" + (1_795_566_960).to_bytes(4, "little")
        archive.writestr(zipfile.ZipInfo("a.txt", (2026, 11, 25, 0, 36, 0)), LOG)
        archive.writestr(entry, LOG)

    found = [item for item in opened(out.getvalue()).items if isinstance(item, Found)]

    assert [item.modified_ms for item in found] == [None, 1_795_566_960_000]


# --- archives in archives -------------------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    inner = zipped({"a.txt": LOG})
    for number in range(depth):
        inner = zipped({f"{number}.zip": inner})
    return inner


def test_archives_are_opened_two_deep() -> None:
    assert members(opened(nested(2))) == {"bundle.zip!1.zip!0.zip!a.txt": LOG}
    assert (members(opened(nested(3))), told(opened(nested(3)))) == (
        {},
        ["bundle.zip!2.zip!1.zip!0.zip: lies more than 2 archives deep, it is not opened"],
    )


def test_a_compressed_log_in_an_archive_is_a_member_and_an_archive_is_not() -> None:
    inside = opened(zipped({"a.txt.gz": gzip.compress(LOG), "b.tar.gz": gzip.compress(tarred({"c.txt": LOG}))}))

    assert [item.origin for item in inside.items if isinstance(item, Found)] == ["bundle.zip!a.txt.gz"]
    assert [inner.origin for inner in inside.inner] == ["bundle.zip!b.tar.gz"]
    assert members(inside.inner[0]) == {"bundle.zip!b.tar.gz!c.txt": LOG}


def test_an_archive_that_holds_itself_many_times_ends() -> None:
    inner = zipped({f"{number}.txt": LOG for number in range(40)})
    for _ in range(2):
        inner = zipped({f"{number}.zip": inner for number in range(40)})

    inside = opened(inner, Caps(members=500))

    assert len(members(inside)) <= 500
    assert "holds more than 500 members, the rest is not read" in told(inside)[-1]


# --- hostile names ------------------------------------------------------------------------------------------------

OUTSIDE = [
    b"../evil.txt",
    b"a/../../evil.txt",
    b"/etc/evil.txt",
    b"C:\\evil.txt",
    b"\\\\host\\evil.txt",
    b"..\\evil.txt",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_name_that_leads_out_costs_its_member_alone(name: bytes, form: str) -> None:
    text = name.decode()
    archive = raw_zip((name, LOG), (b"good.txt", LOG)) if form == "zip" else tarred({text: LOG, "good.txt": LOG})

    inside = opened(archive)

    assert members(inside) == {"bundle.zip!good.txt": LOG}
    assert told(inside) == [f"bundle.zip!{text}: has a name that leads out of the archive"]


def test_many_members_with_one_fault_are_told_together() -> None:
    inside = opened(raw_zip(*((b"../%d.txt" % number, LOG) for number in range(9)), (b"good.txt", LOG)))

    assert told(inside) == [
        "bundle.zip: ../0.txt, ../1.txt, ../2.txt and 6 more: each has a name that leads out of the archive"
    ]


def test_of_two_members_with_one_name_the_first_is_read() -> None:
    inside = opened(raw_zip((b"a.txt", LOG), (b"./a.txt", LOG * 2)))

    assert members(inside) == {"bundle.zip!a.txt": LOG}
    assert told(inside) == ["bundle.zip!./a.txt: has the name of another member, the first one is read"]


def test_a_name_that_is_not_utf8_is_told_and_its_member_read() -> None:
    in_zip = opened(raw_zip((b"\xff\xfe.txt", LOG), flags=1 << 11))
    in_tar = opened(tarred({"\udcff\udcfe.txt": LOG}, tarfile.GNU_FORMAT))

    assert members(in_zip) == members(in_tar) == {"bundle.zip!%ff%fe.txt": LOG}
    assert told(in_zip) == told(in_tar)
    assert told(in_zip) == ["bundle.zip!%ff%fe.txt: has a name that is not UTF-8, it is read under this one"]


def test_a_name_of_an_old_zip_program_is_read_in_its_code_page() -> None:
    assert members(opened(raw_zip((b"k\x94nnte.txt", LOG)))) == {"bundle.zip!könnte.txt": LOG}


def test_a_name_that_reads_differently_beside_its_bytes_is_not_believed() -> None:
    archive = raw_zip((b"a.txt", LOG)).replace(b"a.txt", b"b.txt", 1)

    assert told(opened(archive)) == ["bundle.zip!a.txt: has one name in the directory and another beside its bytes"]


def test_a_name_with_control_characters_cannot_write_to_the_terminal() -> None:
    assert list(members(opened(raw_zip((b"\x1b[2Ja.txt", LOG))))) == [r"bundle.zip!\x1b[2Ja.txt"]


# --- what is no plain file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (tarfile.SYMTYPE, "is a link, which is not followed"),
        (tarfile.LNKTYPE, "is a link, which is not followed"),
        (tarfile.CHRTYPE, "is a device or a pipe"),
        (tarfile.BLKTYPE, "is a device or a pipe"),
        (tarfile.FIFOTYPE, "is a device or a pipe"),
        (tarfile.GNUTYPE_SPARSE, "is stored with holes, which is not read"),
    ],
)
def test_what_is_no_plain_file_is_told(kind: bytes, fault: str) -> None:
    assert told(opened(tar_entry("debug/a.txt", kind, "/etc/passwd"))) == [f"bundle.zip!debug/a.txt: {fault}"]


def test_links_in_zip_are_links_and_latest_is_none_to_speak_of() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("debug/latest", "debug/other"):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, "/etc/passwd")

    assert told(opened(out.getvalue())) == ["bundle.zip!debug/other: is a link, which is not followed"]


def test_an_encrypted_member_is_told_and_the_others_are_read() -> None:
    locked = raw_zip((b"a.txt", LOG), flags=1)

    assert told(opened(locked)) == ["bundle.zip!a.txt: is encrypted"]


def test_a_compression_that_is_not_read_is_told() -> None:
    assert told(opened(raw_zip((b"a.txt", LOG), method=9))) == [
        "bundle.zip!a.txt: is compressed in a way that is not read"
    ]


@pytest.mark.parametrize("start", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_an_archive_of_another_sort_is_told(start: bytes) -> None:
    assert told(opened(start + bytes(600))) == ["bundle.zip: is an archive of a sort that is not read"]


# --- cut and damaged --------------------------------------------------------------------------------------------------


def test_a_zip_without_its_end_is_told_and_gives_nothing() -> None:
    inside = opened(zipped(BUNDLE)[:-30])

    assert (members(inside), told(inside)) == (
        {},
        ["bundle.zip: is a zip archive without its directory: it is cut or damaged"],
    )


def test_a_cut_stream_gives_what_stands_before_the_cut() -> None:
    many = b"".join(b"%d %s" % (number, LOG) for number in range(3000))
    archive = gzip.compress(tarred({"a.txt": LOG, "b.txt": LOG + many}))

    inside = opened(archive[: len(archive) // 2])

    taken = members(inside)
    assert (taken["bundle.zip!a.txt"], (LOG + many).startswith(taken["bundle.zip!b.txt"])) == (LOG, True)
    assert [item.truncated_by for item in inside.items if isinstance(item, Found)] == ["", "ends in the middle"]
    assert told(inside) == ["bundle.zip!b.txt: ends in the middle"]


def test_a_tar_without_its_end_mark_may_have_lost_its_tail() -> None:
    inside = opened(TAR[:2048])

    assert told(inside) == ["bundle.zip: ends without the mark of its end: what came last may be missing"]
    assert list(members(inside)) == ["bundle.zip!debug/a.txt"]


def test_a_member_that_is_not_what_was_packed_is_told() -> None:
    archive = bytearray(zipped({"a.txt": LOG}, zipfile.ZIP_STORED))
    archive[archive.index(b"Returning")] ^= 1

    inside = opened(bytes(archive))

    assert told(inside) == ["bundle.zip!a.txt: is damaged"]
    assert [item.truncated_by for item in inside.items if isinstance(item, Found)] == ["is damaged"]


# --- bombs and caps ------------------------------------------------------------------------------------------------


def test_a_bomb_is_cut_where_it_goes_off() -> None:
    inside = opened(zipped({"a.txt": LOG + bytes(40 * MEGABYTE), "b.txt": LOG}), SMALL)

    assert told(inside) == ["bundle.zip!a.txt: unpacks to more than 250 times its size, the rest is not read"]
    assert members(inside)["bundle.zip!b.txt"] == LOG
    assert len(members(inside)["bundle.zip!a.txt"]) < 16 * MEGABYTE


def test_a_stream_that_is_a_bomb_gives_what_stands_before_it() -> None:
    archive = gzip.compress(tarred({"a.txt": LOG, "zeros.bin": bytes(40 * MEGABYTE), "b.txt": LOG}), 9)

    inside = opened(archive, SMALL)

    assert members(inside) == {"bundle.zip!a.txt": LOG}
    assert told(inside) == ["bundle.zip: unpacks to more than 250 times its size, the rest is not read"]


def test_members_that_share_their_bytes_are_refused() -> None:
    inside = opened(raw_zip(*((b"a.txt", LOG * 100),) * 50, shared=True))

    assert members(inside) == {}
    assert any("shares its bytes with another member" in text for text in told(inside))


def test_a_member_that_reaches_into_the_directory_is_refused() -> None:
    archive = bytearray(raw_zip((b"a.txt", LOG), method=0))
    at = archive.index(b"PK\1\2") + 20
    archive[at : at + 4] = (len(LOG) + 40).to_bytes(4, "little")

    assert told(opened(bytes(archive))) == [
        "bundle.zip!a.txt: shares its bytes with another member: made to unpack to more than there is"
    ]


@pytest.mark.parametrize(
    ("caps", "fault"),
    [
        (Caps(member_bytes=5000, member_held_bytes=100), "is longer than 5000 bytes, the rest is not read"),
        (Caps(total_bytes=5000), "unpacks to more than 5000 bytes together, the rest is not read"),
    ],
)
def test_a_cap_cuts_the_member_and_says_so(caps: Caps, fault: str) -> None:
    inside = opened(gzip.compress(tarred({"a.txt": LOG * 200})), caps)

    (log,) = (item for item in inside.items if isinstance(item, Found))
    assert log.truncated_by == fault
    assert log.content is not None
    assert (LOG * 200).startswith(log.content.slice(0, log.size))
    assert 0 < log.size <= 5000


def test_more_members_than_the_cap_are_not_read() -> None:
    inside = opened(zipped({f"{number}.txt": LOG for number in range(9)}), Caps(members=4))

    assert len(members(inside)) == 4
    assert told(inside) == ["bundle.zip: holds more than 4 members, the rest is not read"]


def test_a_tar_header_that_claims_eight_gigabytes_is_not_read_into_memory() -> None:
    entry = tarfile.TarInfo("x")
    entry.size, entry.type = 8 * 1024**3, tarfile.XHDTYPE

    assert told(opened(entry.tobuf(tarfile.GNU_FORMAT) + bytes(4096))) == ["bundle.zip: has a header that is too long"]


def test_an_archive_in_an_archive_that_is_too_large_to_hold_is_told() -> None:
    inner = zipped({"a.txt": LOG * 100}, zipfile.ZIP_STORED)

    assert told(opened(zipped({"in.zip": inner}), Caps(nested_bytes=1000))) == [
        "bundle.zip!in.zip: is an archive of more than 0 MB in an archive"
    ]


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_long_members_are_unpacked_again_when_they_are_read(pack: object) -> None:
    files = {f"{number}.txt": b"%d %s" % (number, LOG) * 500 for number in range(5)}

    inside = opened(pack(files), SMALL)  # type: ignore[operator]  # one of three functions of files

    contents = [item.content for item in inside.items if isinstance(item, Found) and item.content is not None]
    assert [b"".join(content.blocks(1000)) for content in contents] == list(files.values())
    assert [content.slice(9000, 9500) for content in contents] == [data[9000:9500] for data in files.values()]
    assert [type(content).__name__ for content in contents] == ["MemberContent"] * 5


# --- anything ---------------------------------------------------------------------------------------------------------

NAMES = st.text(st.sampled_from("ab./\\:é"), min_size=1, max_size=12)
FILES = st.dictionaries(NAMES, st.binary(max_size=300).map(lambda data: LOG + data), max_size=6)


def is_inside(name: str) -> bool:
    return not name.startswith(("/", "\\")) and ".." not in name.replace("\\", "/").split("/") and name[1:2] != ":"


@given(FILES, st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
def test_what_tarfile_writes_is_read_as_it_was_written(files: dict[str, bytes], form: int) -> None:
    taken = members(opened(tarred(files, form)))

    first: dict[str, bytes] = {}  # of several names of one place the first is read
    for name, data in files.items():
        if is_inside(name):
            first.setdefault(
                "/".join(part for part in name.replace("\\", "/").split("/") if part not in {"", "."}), data
            )
    assert set(taken.values()) <= set(files.values())
    assert {first[name] for name in files if name.isalpha()} <= set(taken.values())


@given(FILES)
def test_no_member_is_ever_outside(files: dict[str, bytes]) -> None:
    inside = opened(raw_zip(*((name.encode(), data) for name, data in files.items())))

    for item in inside.items:
        if isinstance(item, Found):
            assert item.path.is_relative_to(Path("/x/bundle.zip"))
            assert ".." not in item.path.parts


@given(
    st.sampled_from([zipped(BUNDLE), TAR, gzip.compress(TAR), bz2.compress(TAR), lzma.compress(TAR)]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
    st.integers(0, 10**6),
)
def test_any_damage_is_told_or_harmless_and_nothing_else_happens(
    archive: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(archive)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    content = bytes(damaged[: 1 + cut % len(damaged)])

    inside = opened(content)

    assert isinstance(inside, Unpacked)
    assert all(isinstance(data, bytes) for data in members(inside).values())
    assert all(text.startswith("bundle.zip") for text in told(inside))


@given(st.binary(max_size=3000))
def test_any_bytes_behind_a_mark_are_read_without_a_fault(data: bytes) -> None:
    for mark in (
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b\x08\x00",
        b"BZh9",
        b"\xfd7zXZ\x00",
        b"(\xb5/\xfd",
        bytes(257) + b"ustar",
    ):
        assert isinstance(opened(mark + data), Unpacked)
