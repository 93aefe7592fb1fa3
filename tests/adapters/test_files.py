"""The two stores for files keep the same promises: a folder, and a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from app.adapters.files.objects import ObjectFiles
from app.ports.files import FilesUnreachable
from tests.servers import free_port

BODY = b"\x00\xff RIFF" * 50_000


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="se/cret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="pictures")
    yield f"s3://key:se%2Fcret@{host}:{port}/pictures?tls=off"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectFiles:
    if request.param == "folder":
        return ObjectFiles.below(tmp_path / "files")
    return ObjectFiles.in_bucket(request.getfixturevalue("s3_url"))


async def test_what_is_put_is_found_as_it_was(files: ObjectFiles) -> None:
    await files.put("pictures/a-320.webp", BODY)
    assert await files.find("pictures/a-320.webp") == BODY


async def test_what_was_never_put_is_not_found(files: ObjectFiles) -> None:
    assert await files.find("pictures/none-320.webp") is None


async def test_a_second_put_replaces(files: ObjectFiles) -> None:
    await files.put("pictures/b-320.webp", b"old")
    await files.put("pictures/b-320.webp", b"new")
    assert await files.find("pictures/b-320.webp") == b"new"


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(files: ObjectFiles) -> None:
    await files.put("incoming/c", b"c")
    await files.delete("incoming/c")
    await files.delete("incoming/c")
    assert await files.find("incoming/c") is None


async def test_a_key_never_leaves_the_store(files: ObjectFiles, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    for key in ("../secret", "pictures/../../secret", "/../secret"):
        try:
            assert await files.find(key) is None
        except (FilesUnreachable, ValueError):
            continue


async def test_a_server_that_is_away_is_temporary() -> None:
    files = ObjectFiles.in_bucket(f"s3://k:s@127.0.0.1:{free_port()}/pictures?tls=off")
    with pytest.raises(FilesUnreachable):
        await files.find("pictures/a-320.webp")
    with pytest.raises(FilesUnreachable):
        await files.put("pictures/a-320.webp", b"a")
