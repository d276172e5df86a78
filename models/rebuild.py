"""Rebuild the pose landmarker bundles from the npm package ``@mediapipe/pose``.

    npm pack @mediapipe/pose@0.5.1675469404 && python models/rebuild.py mediapipe-pose-0.5.1675469404.tgz

The package (Apache-2.0) carries the landmark networks as ``pose_landmark_{lite,full,heavy}.tflite`` and the person
detector as ``pose_solution_packed_assets.data``. MediaPipe's Tasks API wants them in a ``.task`` file: a stored (uncompressed)
zip, every member aligned to four bytes so that it can be memory-mapped, of networks that carry TFLite metadata saying
how pixels are normalised. This script adds that metadata, takes out what computes the person's silhouette, packs the bundles
beside itself, and rewrites ``SHA256SUMS``. The same package gives the same bytes.

It also writes ``whole_picture_detector.tflite``, which stands in for the person detector where formcheck itself knows the person's
box: of a person without a head the detector, which looks for a face, finds nobody, or the wrong box.

The landmark networks compute a silhouette of 256 × 256 pixels in every frame, asked for or not, which is a third of their time.
formcheck never reads it. The operations that nothing else depends on are left out, and the landmarks stay the same to the last bit
(``--with-silhouette`` leaves them in, for comparison).
"""

from __future__ import annotations

import argparse
import hashlib
import tarfile
from pathlib import Path

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as model_schema

from formcheck.pose.bundles import DETECTOR, LANDMARKS, WHOLE_PICTURE, file_name, pack_bundle

MODELS_DIR = Path(__file__).resolve().parent
DETECTOR_MEMBER = "package/pose_solution_packed_assets.data"
LANDMARK_MEMBER = "package/pose_landmark_{variant}.tflite"
VARIANTS = ("lite", "full", "heavy")
SILHOUETTE_SHAPE = [1, 256, 256, 1]
# The person detector's input is a square of so many pixels. Places are offsets from an anchor, in pixels; the first anchor is the
# middle of the first cell of a grid of 28 by 28 (MediaPipe, pose_detector_graph.cc).
DETECTOR_PX, FIRST_ANCHOR = 224.0, 0.5 / 28
# MediaPipe's box around a person is a square, larger by this factor than twice the distance between the detector's two keypoints.
BOX_SCALE = 1.25
# Logits of "surely nobody" and "surely somebody": MediaPipe cuts them off at ±100.
NOBODY, SOMEBODY = -100.0, 100.0


def build_metadata(name: str, mean: float, std: float) -> bytes:
    """Return a TFLite metadata flatbuffer whose one input is an RGB image normalised as ``(value - mean) / std``."""
    normalization = metadata_schema.NormalizationOptionsT()
    normalization.mean, normalization.std = [mean], [std]
    process = metadata_schema.ProcessUnitT()
    process.optionsType = metadata_schema.ProcessUnitOptions.NormalizationOptions
    process.options = normalization
    image = metadata_schema.ImagePropertiesT()
    image.colorSpace = metadata_schema.ColorSpaceType.RGB
    content = metadata_schema.ContentT()
    content.contentPropertiesType = metadata_schema.ContentProperties.ImageProperties
    content.contentProperties = image
    tensor = metadata_schema.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [process]
    subgraph = metadata_schema.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [tensor]
    model = metadata_schema.ModelMetadataT()
    model.name, model.subgraphMetadata = name, [subgraph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())


def read_network(network: bytes) -> model_schema.ModelT:
    """Return a TFLite network as objects that can be changed."""
    return model_schema.ModelT.InitFromObj(model_schema.Model.GetRootAs(network, 0))


def write_network(model: model_schema.ModelT) -> bytes:
    """Return the TFLite file of a network."""
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def add_buffer(model: model_schema.ModelT, data: bytes) -> int:
    """Append a buffer to a network and return its index."""
    buffer = model_schema.BufferT()
    buffer.data = list(data)
    model.buffers.append(buffer)
    return len(model.buffers) - 1


def add_metadata(model: model_schema.ModelT, metadata: bytes) -> None:
    """Put ``metadata`` into a network as its ``TFLITE_METADATA``."""
    entry = model_schema.MetadataT()
    entry.name, entry.buffer = b"TFLITE_METADATA", add_buffer(model, metadata)
    model.metadata = [*(model.metadata or []), entry]


def find_needed(graph: model_schema.SubGraphT, outputs: list[int]) -> set[int]:
    """Return the indices of the operations that the tensors ``outputs`` depend on."""
    maker = {int(tensor): number for number, operation in enumerate(graph.operators) for tensor in operation.outputs}
    needed: set[int] = set()
    open_tensors = list(outputs)
    while open_tensors:
        number = maker.get(open_tensors.pop())  # none makes a weight or the input
        if number is not None and number not in needed:
            needed.add(number)
            open_tensors += [int(tensor) for tensor in graph.operators[number].inputs]
    return needed


def keep_buffers(model: model_schema.ModelT, read: set[int]) -> None:
    """Empty the buffers of a network that are not among those that are ``read``, nor its metadata."""
    read |= {entry.buffer for entry in model.metadata or []}
    for number, buffer in enumerate(model.buffers):
        if number not in read:
            buffer.data = None


def drop_silhouette(model: model_schema.ModelT) -> None:
    """Leave out what only the silhouette depends on; in its place the network gives one zero, as MediaPipe counts the outputs."""
    graph = model.subgraphs[0]
    silhouette = next(int(k) for k in graph.outputs if list(graph.tensors[k].shape) == SILHOUETTE_SHAPE)
    needed = find_needed(graph, [int(k) for k in graph.outputs if k != silhouette])
    graph.operators = [operation for number, operation in enumerate(graph.operators) if number in needed]
    constant = graph.tensors[silhouette]
    constant.shape, constant.shapeSignature = [1, 1, 1, 1], None
    constant.buffer = add_buffer(model, bytes(4))  # 0.0
    # weights that nobody reads any more
    used = {int(k) for operation in graph.operators for k in (*operation.inputs, *operation.outputs)}
    keep_buffers(model, {graph.tensors[k].buffer for k in (*used, *graph.inputs, *graph.outputs)})


def find_whole_picture(model: model_schema.ModelT) -> None:
    """Turn the person detector into one that looks at nothing and always finds one person, whose box is the whole picture.

    Its outputs become constants. Every anchor but the first says *nobody*. The first one's keypoints are the picture's middle,
    where the hips are, and a point so far above it that the box is as large as the picture.
    """
    graph = model.subgraphs[0]
    middle, reach = DETECTOR_PX * (0.5 - FIRST_ANCHOR), DETECTOR_PX * 0.5 / BOX_SCALE
    hips, above = (middle, middle), (middle, middle - reach)
    found = {12: ((*hips, DETECTOR_PX, DETECTOR_PX, *hips, *above, *hips, *above), 0.0), 1: (SOMEBODY, NOBODY)}
    for k in graph.outputs:
        output = graph.tensors[k]
        first, others = found[int(output.shape[-1])]
        table = np.full(output.shape, others, np.float32)
        table[0, 0] = first
        output.buffer = add_buffer(model, table.tobytes())
    graph.operators, model.operatorCodes = [], []
    graph.tensors = [graph.tensors[k] for k in (*graph.inputs, *graph.outputs)]
    graph.inputs, graph.outputs = [0], [1, 2]
    keep_buffers(model, {tensor.buffer for tensor in graph.tensors})


def main() -> None:
    """Read the package, write the three bundles and their checksums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the .tgz that `npm pack @mediapipe/pose` wrote")
    parser.add_argument("--out", type=Path, default=MODELS_DIR)
    parser.add_argument("--with-silhouette", action="store_true", help="leave the networks whole; formcheck refuses such bundles")
    options = parser.parse_args()
    with tarfile.open(options.package) as package:

        def read(member: str) -> bytes:
            file = package.extractfile(member)
            if file is None:
                raise SystemExit(f"{options.package}: no {member} in it")
            return file.read()

        network = read_network(read(DETECTOR_MEMBER))
        add_metadata(network, build_metadata("pose detector", 127.5, 127.5))
        detector = write_network(network)
        find_whole_picture(network)
        (options.out / file_name(WHOLE_PICTURE)).write_bytes(write_network(network))
        for variant in VARIANTS:
            network = read_network(read(LANDMARK_MEMBER.format(variant=variant)))
            if not options.with_silhouette:
                drop_silhouette(network)
            add_metadata(network, build_metadata(f"pose landmarks, {variant}", 0.0, 255.0))
            landmarks = write_network(network)
            path = options.out / f"pose_landmarker_{variant}.task"
            path.write_bytes(pack_bundle({DETECTOR: detector, LANDMARKS: landmarks}))
            print(f"{path}  {path.stat().st_size:,} bytes")
    files = (file for pattern in ("*.task", "*.onnx", "*.tflite") for file in sorted(options.out.glob(pattern)))
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (options.out / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    main()
