#!/usr/bin/env python3
"""Trains the default network with fer-train's default recipe in PyTorch, on a GPU if there is one, to try out recipes.

    scripts/pytorch/train.py --data images --epochs 30 --out fer.pt

Validates on validation/, or on test/ without it. fer-detect and `fer-train evaluate` open the checkpoint. Needs PyTorch and Pillow.
"""

import argparse
import copy
import math
import pathlib
import time

import torch
from PIL import Image
from torch.nn import functional as F

import emotion_net


def load_split(folder, labels, size):
    """Returns all images of a split, [count, 1, size, size] uint8, and their targets (label indices)."""
    pixels, targets = [], []
    for index, label in enumerate(labels):
        for path in sorted((folder / label).rglob("*")):
            if not path.is_file() or path.name.startswith("."):
                continue
            try:
                gray = Image.open(path).convert("L").resize((size, size))
            except OSError as error:
                print(f"{path} is skipped: {error}")
                continue
            pixels.append(torch.frombuffer(bytearray(gray.tobytes()), dtype=torch.uint8).view(1, size, size))
            targets.append(index)
    return torch.stack(pixels), torch.tensor(targets)


def augment(x, generator):
    """Rotation 15 degrees, scale 15 %, shift 12 %, mirror, contrast 30 %, brightness 15 %, a rectangle in half of the faces."""
    count, _, height, width = x.shape

    def uniform(low, high, *shape):
        return low + (high - low) * torch.rand(count, *shape, generator=generator, device=x.device)

    angle, scale = uniform(-15, 15) * math.pi / 180, uniform(0.85, 1.15)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    rows = [torch.stack([mirror * cos, mirror * sin, 2 * uniform(-0.12, 0.12)], 1), torch.stack([-sin, cos, 2 * uniform(-0.12, 0.12)], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), x.shape, align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    x = (x - 127.5) * uniform(0.7, 1.3, 1, 1, 1) + 127.5 + 255 * uniform(-0.15, 0.15, 1, 1, 1)
    x = x.clamp(0, 255)
    area, aspect = uniform(0.02, 0.2, 1, 1) * height * width, torch.exp(uniform(-1, 1, 1, 1) * math.log(3))
    tall, wide = torch.sqrt(area / aspect), torch.sqrt(area * aspect)
    top, left = uniform(0, 1, 1, 1) * (height - tall), uniform(0, 1, 1, 1) * (width - wide)
    y, z = torch.arange(height, device=x.device).view(1, -1, 1), torch.arange(width, device=x.device).view(1, 1, -1)
    hidden = (y >= top) & (y < top + tall) & (z >= left) & (z < left + wide) & (uniform(0, 1, 1, 1) < 0.5)
    return torch.where(hidden.unsqueeze(1), 255 * uniform(0, 1, 1, 1, 1), x)


def learning_rate(step, steps, peak, warm_up):
    if step + 1 < warm_up * steps:
        return peak * (step + 1) / (warm_up * steps)
    return peak * (1 + math.cos(math.pi * (step - warm_up * steps) / max(1, steps - warm_up * steps))) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("fer.pt"))
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--warmup", type=float, default=0.15)
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--mixup", type=float, default=0.0, help="mixup alpha; 0 for none")
    parser.add_argument("--ema", type=float, default=0.999)
    parser.add_argument("--stem", type=int, default=32)
    parser.add_argument("--stages", type=int, nargs="+", default=[64, 128, 256])
    parser.add_argument("--se-ratio", "--squeeze", type=int, default=0, help="squeeze-and-excitation reduction ratio; 0 for none")
    parser.add_argument("--size", type=int, default=48)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()

    validation = next((path for name in ("validation", "test") if (path := options.data / name).is_dir()), None)
    if validation is None or not (options.data / "train").is_dir():
        parser.error(f"{options.data} needs train/ and validation/ or test/")
    options.out.parent.mkdir(parents=True, exist_ok=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(options.seed)
    generator = torch.Generator(device).manual_seed(options.seed)
    labels = sorted(path.name for path in (options.data / "train").iterdir() if path.is_dir() and not path.name.startswith((".", "__MACOSX")))
    pixels, targets = (part.to(device) for part in load_split(options.data / "train", labels, options.size))
    test_pixels, test_targets = (part.to(device) for part in load_split(validation, labels, options.size))
    values = pixels.float() / 255
    checkpoint = {"preprocessing": {"size": options.size, "mean": values.mean(), "std": values.std()}}
    del values
    architecture = {"name": "emotion-net", "stem": options.stem, "stages": options.stages, "squeeze": options.se_ratio, "maximum": 0}
    network = emotion_net.build(architecture, len(labels)).to(device)
    average = copy.deepcopy(network)
    decayed = [p for p in network.parameters() if p.dim() > 1]
    plain = [p for p in network.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": options.weight_decay}, {"params": plain, "weight_decay": 0}], lr=options.lr)
    per_epoch = math.ceil(len(targets) / options.batch_size)
    step, best = 0, -1.0
    for epoch in range(1, options.epochs + 1):
        started, total = time.time(), 0.0
        network.train()
        for chosen in torch.randperm(len(targets), generator=generator, device=device).split(options.batch_size):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, options.epochs * per_epoch, options.lr, options.warmup)
            x = emotion_net.normalize(augment(pixels[chosen].float(), generator), checkpoint)
            target = targets[chosen]
            with torch.autocast(device.type, torch.bfloat16):
                if options.mixup > 0:
                    share = torch.distributions.Beta(options.mixup, options.mixup).sample().item()
                    other = torch.randperm(len(target), generator=generator, device=device)
                    logits = network(share * x + (1 - share) * x[other]).float()
                    loss = share * F.cross_entropy(logits, target, label_smoothing=options.label_smoothing) + (1 - share) * F.cross_entropy(logits, target[other], label_smoothing=options.label_smoothing)
                else:
                    loss = F.cross_entropy(network(x).float(), target, label_smoothing=options.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            weight = 1 - min(options.ema, (1 + step) / (10 + step))
            with torch.no_grad():
                for source, mean in zip(network.parameters(), average.parameters()):
                    mean.lerp_(source, weight)
            total += loss.item() * len(target)

        accuracy = evaluate(average, pixels, test_pixels, test_targets, checkpoint, options.batch_size)
        if accuracy > best:
            best = accuracy
            emotion_net.save(options.out, average, architecture, labels, checkpoint["preprocessing"], {"epoch": epoch, "validation_accuracy": accuracy})
        print(f"epoch {epoch}/{options.epochs}  train {total / len(targets):.3f}  validation {accuracy:.1%}  best {best:.1%}  {time.time() - started:.0f}s", flush=True)


@torch.no_grad()
def evaluate(network, pixels, test_pixels, test_targets, checkpoint, batch_size):
    """Accuracy of the averaged weights, after recalibrating batch norm on 4,096 training faces."""
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    network.train()
    for part in pixels[torch.randperm(len(pixels), device=pixels.device)[:4096]].split(batch_size):
        network(emotion_net.normalize(part, checkpoint))
    network.eval()
    correct = sum(
        (network(emotion_net.normalize(part, checkpoint)).argmax(1) == target).sum().item()
        for part, target in zip(test_pixels.split(512), test_targets.split(512)))
    return correct / len(test_targets)


if __name__ == "__main__":
    main()
