"""Which videos a batch takes: folders, patterns, files and manifests."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formcheck.batch.jobs import COLUMNS, MAX_JOBS, Job, find_jobs, read_manifest
from formcheck.batch.run import find_twins
from formcheck.batch.work import Task, make_key
from formcheck.report.schema import Athlete
from formcheck.support.errors import InputError


def test_folders_globs_and_files_name_each_video_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "deep/er/b.MOV", "deep/c.txt", ".hidden/d.mp4", "deep/.e.mp4", "f.annotated.mp4"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    found = find_jobs([".", "a.mp4", "**/*.MOV", tmp_path / "deep"], Job(Path()))
    assert [job.path for job in found] == [tmp_path / "a.mp4", tmp_path / "deep/er/b.MOV"]


def test_only_equal_content_with_equal_settings_is_a_twin(tmp_path: Path) -> None:
    for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two"), ("d", b"three")):
        (tmp_path / name).write_bytes(content)
    a, b, c, d, gone = (Job(tmp_path / name) for name in ("a", "b", "c", "d", "gone"))
    other = Job(tmp_path / "b", exercise="heel-raise")
    taller = Job(tmp_path / "b", athlete=Athlete(height_cm=190))
    first_of = find_twins([a, b, c, d, gone, other, taller])
    assert first_of == {a: a, b: a, c: c, d: d, gone: gone, other: other, taller: taller}


def test_a_manifest_gives_details_of_each_video(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"\xef\xbb\xbfFile,Athlete,exercise,side,height_cm,mass_kg,recorded_at\r\n"
        b'"sets/a, first.mp4",Zo\xc3\xab,heel-raise,left,171.5,63,2026-03-03T18:30\r\n'
        b"\r\n"
        b"/videos/b.mp4,,,,,,\r\n"
        b"c.mp4\r\n"
    )
    like = Job(Path(), "half-kneeling", athlete=Athlete(name="Me", height_cm=180))
    zoe = Athlete(name="Zoë", height_cm=171.5, mass_kg=63)
    assert read_manifest(path, like) == [
        Job(tmp_path / "sets/a, first.mp4", "heel-raise", "left", zoe, "2026-03-03T18:30"),
        Job(Path("/videos/b.mp4"), "half-kneeling", "auto", like.athlete),
        Job(tmp_path / "c.mp4", "half-kneeling", "auto", like.athlete),
    ]


def test_a_manifest_states_the_condition_of_a_balance_set(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("file,exercise,condition\na.mp4,single-leg-balance,eyes-closed\nb.mp4,single-leg-balance,\nc.mp4,,cushion\n")
    like = Job(Path(), "single-leg-balance", condition="eyes-open")
    assert [job.condition for job in read_manifest(path, like)] == ["eyes-closed", "eyes-open", "cushion"]


def test_the_condition_reaches_the_analysis_and_makes_it_another_one(tmp_path: Path) -> None:
    jobs = [Job(tmp_path / "a.mp4", "single-leg-balance", condition=name) for name in (None, "eyes-open", "cushion")]
    assert len({make_key("00", Task(job, tmp_path)) for job in jobs}) == 3
    first_of = find_twins([replace(job, path=tmp_path / f"{i}.mp4") for i, job in enumerate(jobs)])
    assert all(job == first for job, first in first_of.items())


def test_semicolons_separate_too(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("file;side\na.mp4;left\n")
    assert read_manifest(tmp_path / "list.csv", Job(Path())) == [Job(tmp_path / "a.mp4", side="left")]


def test_a_manifest_of_too_many_videos_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("file\n" + "a\n" * (MAX_JOBS + 1))
    with pytest.raises(InputError, match="more than 100000 videos"):
        read_manifest(path, Job(Path()))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "first row must name the columns"),
        (b"file\n", "names no video"),
        (b"name,side\na.mp4,left\n", "first row must name the columns"),
        (b"file,color\na.mp4,red\n", "color"),
        (b"file,file\na.mp4,b.mp4\n", "first row must name the columns"),
        (b"file,side\na.mp4,up\n", "line 2: side is 'up'"),
        (b"file,exercise\na.mp4,squat\n", "line 2: exercise is 'squat'"),
        (b"file,exercise,condition\na.mp4,single-leg-balance,blind\n", "line 2: condition is 'blind'"),
        (b"file,exercise,condition\na.mp4,heel-raise,cushion\n", "line 2: condition is 'cushion', which heel-raise does not have"),
        (b"file,condition\na.mp4,cushion\n", "line 2: condition is 'cushion', which auto does not have"),
        (b"file,height_cm\na.mp4,tall\n", "line 2: height_cm is 'tall'"),
        (b"file,height_cm\na.mp4,nan\n", "line 2: height_cm is 'nan'"),
        (b"file,height_cm\na.mp4,1.78\n", "line 2: height_cm is '1.78'"),
        (b"file,recorded_at\na.mp4,yesterday\n", "line 2: recorded_at is 'yesterday'"),
        (b"file,side\n,left\n", "line 2: names no file"),
        (b"file,side\na,b.mp4,left\n", "line 2: has 3 cells"),
        (b'file,side\n"a.mp4,left\n', "not CSV"),
        (b"file\n" + b"a" * 200_000 + b"\n", "not CSV"),
        (b"file\na\0b.mp4\n", "NUL"),
        ("file\nä.mp4\n".encode("latin-1"), "not UTF-8"),
        ("file\na.mp4\n".encode("utf-16"), "not UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_manifest_is_refused_in_words(content: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint) as error:
        read_manifest(path, Job(Path()))
    assert str(path) in str(error.value)
    assert len(str(error.value)) < 500 + len(str(path))


CELLS = st.text(max_size=20) | st.sampled_from(["a.mp4", "left", "auto", "178", "nan", "1e999", '"', "\r", "=1+1", ""])
TABLES = st.lists(st.lists(CELLS, max_size=8), max_size=6)


@given(st.binary(max_size=200) | st.tuples(st.lists(st.sampled_from(COLUMNS), max_size=7), TABLES))
@example((["file", "recorded_at"], [["a.mp4", "0001-01-01"]]))
def test_a_hostile_manifest_gives_jobs_or_one_input_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | tuple[list[str], list[list[str]]]
) -> None:
    if isinstance(content, tuple):
        lines = [",".join(row) for row in (content[0], *content[1])]
        content = "\n".join(lines).encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "hostile.csv"
    path.write_bytes(content)
    try:
        jobs = read_manifest(path, Job(Path()))
    except InputError:
        pass  # every other exception fails the test
    else:
        assert jobs
        assert all(job.path.is_absolute() and job.side in ("auto", "left", "right", "both") for job in jobs)
