"""Classifies face crops with Spark and the exported ONNX network: one CSV row per image, as fer-detect --faces whole.

    fer-train export --format onnx --out fer.onnx
    spark-submit --files fer.onnx deploy/spark/classify.py 'crops/*/*.png' predictions/

Needs pyspark, pandas, pyarrow, onnxruntime and opencv-python-headless on every node. It has no face detector: the images
are crops (fer-detect --crops writes them). fer.onnx holds normalization and softmax; labels are in its metadata.
"""
import json
import sys
from typing import Iterator

import cv2
import numpy as np
import pandas as pd
from pyspark import SparkFiles
from pyspark.sql import SparkSession

BATCH = 64

# One session per Python worker, which Spark uses again for its next partition.
_session = None


def session():
    global _session
    if _session is None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # Spark runs a task per core
        _session = onnxruntime.InferenceSession(SparkFiles.get("fer.onnx"), options, providers=["CPUExecutionProvider"])
    return _session


def crop(content: bytes, size: int):
    """The image as network input: gray, area interpolation when shrinking; None if it cannot be decoded."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if gray.shape == (size, size):
        return gray
    shrinks = gray.shape[0] > size and gray.shape[1] > size
    return cv2.resize(gray, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def classify(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    network = session()
    size = network.get_inputs()[0].shape[2]
    labels = json.loads(network.get_modelmeta().custom_metadata_map["labels"])
    for frame in frames:
        faces = [crop(content, size) for content in frame["content"]]
        readable = [face for face in faces if face is not None]
        probabilities = iter(
            network.run(None, {"faces": np.stack(readable)[:, None].astype(np.float32)})[0] if readable else []
        )
        rows = []
        for path, face in zip(frame["path"], faces):
            row = next(probabilities) if face is not None else None
            rows.append(
                [path, None, None, *[None] * len(labels), "cannot be decoded"]
                if row is None
                else [path, labels[int(row.argmax())], float(row.max()), *map(float, row), None]
            )
        yield pd.DataFrame(rows, columns=["source", "label", "confidence", *labels, "error"])


def main(images: str, out: str) -> None:
    spark = SparkSession.builder.appName("fer").config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH).getOrCreate()
    import onnxruntime

    model = onnxruntime.InferenceSession(SparkFiles.get("fer.onnx"), providers=["CPUExecutionProvider"])
    labels = json.loads(model.get_modelmeta().custom_metadata_map["labels"])
    columns = ", ".join(f"`{label}` double" for label in labels)
    spark.read.format("binaryFile").load(images).select("path", "content").mapInPandas(
        classify, f"source string, label string, confidence double, {columns}, error string"
    ).write.mode("errorifexists").csv(out, header=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
