"""A bundle is the released one, or the user is told what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from mediapipe.tasks.metadata import schema_py_generated as model_schema

from formcheck.pose import bundles
from formcheck.pose.bundles import BUNDLE_NAMES, MODEL_NAMES, SHA256, WHOLE_PICTURE, BundleName, file_name, find_bundle, models_dir
from formcheck.support.errors import ModelError


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bundles that a test may spoil."""
    monkeypatch.setattr(bundles, "models_dir", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", BUNDLE_NAMES)
def test_the_shipped_bundles_are_the_released_ones(name: BundleName) -> None:
    bundle = find_bundle(name)
    assert bundle.sha256 == SHA256[name]
    assert bundle.path.stat().st_size > (100_000 if name == WHOLE_PICTURE else 1_000_000)


def test_the_checksum_file_agrees_with_the_program() -> None:
    lines = (models_dir() / "SHA256SUMS").read_text().split("\n")
    listed = {line.split()[1]: line.split()[0] for line in lines if line.strip()}
    assert {file_name(name): digest for name, digest in SHA256.items()} == listed


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_networks_have_no_unused_outputs(name: bundles.ModelName) -> None:
    with zipfile.ZipFile(find_bundle(name).path) as bundle:
        network = bundle.read("pose_landmarks_detector.tflite")
    graph = model_schema.ModelT.InitFromObj(model_schema.Model.GetRootAs(network, 0)).subgraphs[0]
    read = {int(k) for operation in graph.operators for k in operation.inputs} | {int(k) for k in graph.outputs}
    assert all(read.intersection(operation.outputs.tolist()) for operation in graph.operators)
    shapes = [list(graph.tensors[k].shape) for k in graph.outputs]
    # landmarks and what helps to place them: 39 points of 5 numbers, presence, a heat map for each, 39 points of 3 in meters
    assert shapes == [[1, 195], [1, 1], [1, 1, 1, 1], [1, 64, 64, 39], [1, 117]]


def test_a_license_lies_beside_the_bundles() -> None:
    assert "Apache License" in (models_dir() / "LICENSE").read_text()


def test_a_missing_bundle_is_an_error_that_says_how_to_get_it(own_models: Path) -> None:
    with pytest.raises(ModelError, match=r"missing at .*pose_landmarker_full\.task: reinstall formcheck"):
        find_bundle("full")


@pytest.mark.parametrize("change", ["one bit", "cut off", "empty", "another file"])
def test_an_altered_bundle_is_refused(own_models: Path, change: str) -> None:
    data = bytearray((bundles.data_dir("models") / "pose_landmarker_lite.task").read_bytes())
    if change == "one bit":
        data[len(data) // 2] ^= 1
    path = own_models / "pose_landmarker_lite.task"
    path.write_bytes({"cut off": data[:-1], "empty": b"", "another file": b"not a model"}.get(change, data))
    with pytest.raises(ModelError, match=r"not the released one .* rebuild it with models/rebuild\.py"):
        find_bundle("lite")


def test_a_bundle_altered_after_it_was_checked_is_noticed(own_models: Path) -> None:
    path = own_models / "pose_landmarker_lite.task"
    path.write_bytes((bundles.data_dir("models") / "pose_landmarker_lite.task").read_bytes())
    assert find_bundle("lite").path == path
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError):
        find_bundle("lite")


def test_a_second_network_that_is_missing_is_rebuilt_by_its_own_script(own_models: Path) -> None:
    with pytest.raises(ModelError, match=r"missing at .*movenet_thunder\.onnx: .* models/rebuild_movenet\.py"):
        find_bundle("movenet")


def test_a_folder_in_a_bundles_place_is_an_error(own_models: Path) -> None:
    (own_models / "pose_landmarker_heavy.task").mkdir()
    with pytest.raises(ModelError):
        find_bundle("heavy")
