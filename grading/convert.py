"""The backbone as an ONNX graph: EfficientNet-Lite0 with its batch norms folded in.

The graph is built from the weights alone, by the table of stages of the published network, and its
bytes are the same on every machine with the pinned ``onnx``. ``onnx`` is imported when a graph is
built, not before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

OPSET: Final = 13
IR_VERSION: Final = 8
BATCH_NORM_EPSILON: Final = 1e-3
"""TensorFlow's epsilon of this network; PyTorch's 1e-5 gives plausible, wrong features."""

FLOAT: Final = 1  # TensorProto.FLOAT

Weights = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A run of blocks; only the first has the stride and the change of channels."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels_in: int
    channels_out: int


def _stage(*figures: int) -> Stage:
    blocks, kernel, stride, expansion, channels_in, channels_out = figures
    return Stage(
        blocks=blocks,
        kernel=kernel,
        stride=stride,
        expansion=expansion,
        channels_in=channels_in,
        channels_out=channels_out,
    )


STAGES: Final = (
    _stage(1, 3, 1, 1, 32, 16),
    _stage(2, 3, 2, 6, 16, 24),
    _stage(2, 5, 2, 6, 24, 40),
    _stage(3, 3, 2, 6, 40, 80),
    _stage(3, 5, 1, 6, 80, 112),
    _stage(4, 5, 2, 6, 112, 192),
    _stage(1, 3, 1, 6, 192, 320),
)
"""Blocks, kernel, stride, expansion, channels in and out of the seven stages."""

TAPPED_STAGES: Final = (2, 3, 4, 5, 6)
"""Indices of the stages whose channel means are outputs ``mid40``, ``mid80`` … ``mid320``."""


@dataclass(slots=True)
class _Graph:
    """Nodes and constants in the order in which they were added."""

    weights: Weights
    nodes: "list[NodeProto]" = field(default_factory=list)
    constants: "list[TensorProto]" = field(default_factory=list)

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """Add ``value`` and return its name."""
        from onnx import numpy_helper  # noqa: PLC0415 - slow, and only for who converts

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node of one output and return the output's name."""
        from onnx import helper  # noqa: PLC0415 - slow, and only for who converts

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(
        self,
        source: str,
        *,
        weight: str,
        norm: str,
        kernel: int = 1,
        stride: int = 1,
        depthwise: bool = False,
    ) -> str:
        """Add the convolution ``weight`` with the batch norm ``norm`` folded into it."""
        folded, bias = fold_batch_norm(self.weights, weight, norm)
        low, high = same_padding(kernel, stride)
        return self.node(
            "Conv",
            [
                source,
                self.constant(f"{weight}.folded", folded),
                self.constant(f"{weight}.bias", bias),
            ],
            f"{weight}.out",
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[low, low, high, high],
            group=folded.shape[0] if depthwise else 1,
        )

    def relu6(self, source: str) -> str:
        """Add a clip to 0…6."""
        return self.node("Clip", [source, "zero", "six"], f"{source}.relu6")


def fold_batch_norm(
    weights: Weights, weight: str, norm: str
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return kernel and bias of the convolution followed by its batch norm.

    ``s = gamma / sqrt(var + 0.001)``, kernel ``W * s``, bias ``beta - mean * s``, in float64.
    """
    gamma, beta, mean, variance = (
        weights[f"{norm}.{part}"].astype(np.float64)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
    kernel = weights[f"{weight}.weight"].astype(np.float64) * scale[:, None, None, None]
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


def same_padding(kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's SAME padding (before, after) for an even input side."""
    total = kernel - 1 if stride == 1 else kernel - stride
    return total // 2, total - total // 2


def build_model(weights: Weights) -> bytes:
    """Return the serialised ONNX model: input N×3×H×W, outputs ``logits feat mid40 … mid320``.

    The input is RGB float32, (x − 127) / 128, its sides multiples of 32. ``feat`` is N×1280,
    ``mid112`` N×112 and so on, ``logits`` N×1000.
    """
    from onnx import helper  # noqa: PLC0415 - slow, and only for who converts

    graph = _Graph(weights)
    graph.constant("zero", np.array(0, np.float32))
    graph.constant("six", np.array(6, np.float32))
    _add_network(graph)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info("image", FLOAT, ["n", 3, "h", "w"])],
            [
                helper.make_tensor_value_info("logits", FLOAT, ["n", 1000]),
                helper.make_tensor_value_info("feat", FLOAT, ["n", 1280]),
                *(
                    helper.make_tensor_value_info(f"mid{width}", FLOAT, ["n", width])
                    for width in (STAGES[index].channels_out for index in TAPPED_STAGES)
                ),
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="ferrotrace",
    )
    return bytes(model.SerializeToString(deterministic=True))


def _add_network(graph: _Graph) -> None:
    current = graph.relu6(
        graph.convolution("image", weight="_conv_stem", norm="_bn0", kernel=3, stride=2)
    )
    number = 0
    for index, stage in enumerate(STAGES):
        for position in range(stage.blocks):
            current = _add_block(graph, current, number, stage, first=position == 0)
            number += 1
        if index in TAPPED_STAGES:
            _add_pool(graph, current, f"mid{stage.channels_out}")
    head = graph.relu6(graph.convolution(current, weight="_conv_head", norm="_bn1"))
    feat = _add_pool(graph, head, "feat")
    kernel = graph.constant("_fc.kernel", graph.weights["_fc.weight"])
    bias = graph.constant("_fc.offset", graph.weights["_fc.bias"])
    graph.node("Gemm", [feat, kernel, bias], "logits", transB=1)


def _add_pool(graph: _Graph, source: str, name: str) -> str:
    pooled = graph.node("GlobalAveragePool", [source], f"{name}.map_mean")
    return graph.node("Flatten", [pooled], name, axis=1)


def _add_block(graph: _Graph, source: str, number: int, stage: Stage, *, first: bool) -> str:
    """Add one inverted bottleneck; a projection has no activation, an equal shape is added."""
    prefix = f"_blocks.{number}."
    stride = stage.stride if first else 1
    channels_in = stage.channels_in if first else stage.channels_out
    wide = source
    if stage.expansion != 1:
        wide = graph.relu6(
            graph.convolution(source, weight=f"{prefix}_expand_conv", norm=f"{prefix}_bn0")
        )
    deep = graph.relu6(
        graph.convolution(
            wide,
            weight=f"{prefix}_depthwise_conv",
            norm=f"{prefix}_bn1",
            kernel=stage.kernel,
            stride=stride,
            depthwise=True,
        )
    )
    narrow = graph.convolution(deep, weight=f"{prefix}_project_conv", norm=f"{prefix}_bn2")
    if stride == 1 and channels_in == stage.channels_out:
        return graph.node("Add", [source, narrow], f"{prefix}sum")
    return narrow
