#!/usr/bin/env python3
"""Computes the built-in sample set (src/Fer.Core/Data/Samples/sample-faces.bin) from FER2013's training images.

Usage: compute-sample-faces.py FER2013/train OUTPUT
Needs: numpy and Pillow (Debian: python3-numpy python3-pil).

What is stored shows no person: the mean face of each label, and the leading principal components of all faces
("eigenfaces", Turk and Pentland 1991) with the differences between labels projected out, so that a sampled face keeps
its label whatever its components. All planes are averages over hundreds to thousands of images, quantized to 8 bits.

File, little-endian: "FERS", u32 version 1, u32 size, u32 labels, u32 components; then for each plane (the mean of all
faces, the labels' differences from it, the components) f32 scale and size*size i8 values; a plane is scale * values. Components come
multiplied by their standard deviation. Labels are FER2013's seven in ordinal order.
"""
import pathlib
import struct
import sys

import numpy as np
from PIL import Image

COMPONENTS = 28


def load(folder):
    faces = np.stack([np.asarray(Image.open(path).convert("L"), np.float32).ravel() for path in sorted(folder.glob("*.jpg"))])
    deviation = faces.std(1, keepdims=True)
    kept = deviation[:, 0] > 8  # Blank images have no contrast to normalize.
    faces = faces[kept]
    return (faces - faces.mean(1, keepdims=True)) / deviation[kept]


def quantize(plane):
    scale = float(np.abs(plane).max()) / 127
    return struct.pack("<f", scale) + np.round(plane / scale).astype(np.int8).tobytes()


def main(train, output):
    labels = sorted(path for path in pathlib.Path(train).iterdir() if path.is_dir())
    groups = [load(path) for path in labels]
    # Add mirror images, so that light from the left and from the right is balanced.
    size = int(round(groups[0].shape[1] ** 0.5))
    groups = [np.concatenate([g, g.reshape(-1, size, size)[:, :, ::-1].reshape(len(g), -1)]) for g in groups]
    means = np.stack([g.mean(0) for g in groups])
    center = means.mean(0)
    differences = means - center
    basis = np.linalg.qr(differences[:-1].T)[0]
    residuals = np.concatenate([g - m for g, m in zip(groups, means)])
    residuals -= residuals @ basis @ basis.T
    values, vectors = np.linalg.eigh(residuals.T @ residuals / len(residuals))
    order = np.argsort(values)[::-1][:COMPONENTS]
    components = (vectors[:, order] * np.sqrt(values[order])).T
    print(f"{len(residuals)} faces; {COMPONENTS} components hold {values[order].sum() / values.sum():.0%} of the variance")
    planes = [center, *differences, *components]
    with open(output, "wb") as file:
        file.write(b"FERS" + struct.pack("<4I", 1, size, len(labels), COMPONENTS))
        for plane in planes:
            file.write(quantize(plane))


if __name__ == "__main__":
    main(*sys.argv[1:])
