"""The networks of FER in PyTorch, with the state dictionary keys of its checkpoints.

    network, checkpoint = load("fer.pt")
    logits = network(normalize(pixels, checkpoint))   # pixels: [batch, 1, size, size], uint8 or float, 0..255

Needs PyTorch 1.13 or newer, and nothing else.
"""

import os

import torch
from torch import nn
from torch.nn import functional as F


class ConvBatchNorm(nn.Module):
    """A 3x3 convolution without bias, followed by batch norm; with a rank, a 1x1 convolution expands that many channels in between."""

    def __init__(self, inputs, outputs, rank=0):
        super().__init__()
        self.conv = nn.Conv2d(inputs, rank or outputs, 3, padding=1, bias=False)
        self.expand = nn.Conv2d(rank, outputs, 1, bias=False) if rank else nn.Identity()
        self.norm = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.norm(self.expand(self.conv(x)))

    def pooled(self, x):
        return F.relu(self.norm(F.max_pool2d(self.expand(self.conv(x)), 2)))


class SqueezeExcitation(nn.Module):
    """Squeeze-and-excitation (Hu et al. 2018)."""

    def __init__(self, channels, reduced):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, reduced, 1)
        self.excite = nn.Conv2d(reduced, channels, 1)
        for layer, nonlinearity in (self.squeeze, "relu"), (self.excite, "linear"):
            nn.init.kaiming_normal_(layer.weight, nonlinearity=nonlinearity)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        return x * torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean((2, 3), keepdim=True)))))


class Stage(nn.Module):
    """Halves the resolution, then applies one residual block."""

    def __init__(self, inputs, outputs, squeeze, ranks=(0, 0, 0)):
        super().__init__()
        self.down = ConvBatchNorm(inputs, outputs, ranks[0])
        self.residual1 = ConvBatchNorm(outputs, outputs, ranks[1])
        self.residual2 = ConvBatchNorm(outputs, outputs, ranks[2])
        self.gate = SqueezeExcitation(outputs, max(1, outputs // squeeze)) if squeeze else nn.Identity()

    def forward(self, x):
        x = self.down.pooled(x)
        return F.relu(x + self.gate(self.residual2(F.relu(self.residual1(x)))))


class EmotionNet(nn.Module):
    """The default network: stem, stages, global average pooling (plus the maximum, in checkpoints without maximum: 0), channel dropout, one linear layer."""

    def __init__(self, labels=7, stem=32, stages=(64, 128, 256), squeeze=0, maximum=1, ranks=()):
        super().__init__()
        self.maximum = maximum
        self.stem = ConvBatchNorm(1, stem)
        ranks = ranks or [0] * 3 * len(stages)
        self.stages = nn.ModuleList(Stage(a, b, squeeze, ranks[3 * i:3 * i + 3]) for i, (a, b) in enumerate(zip([stem, *stages], stages)))
        self.head = nn.Linear(stages[-1], labels)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        x = self.stem.pooled(x)
        for stage in self.stages:
            x = stage(x)
        x = x.mean((2, 3)) + x.amax((2, 3)) if self.maximum else x.mean((2, 3))
        return self.head(F.dropout(x, 0.3, self.training))


class ClassicNet(nn.Module):
    """The Keras tutorial's network."""

    def __init__(self, labels=7):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 128, 3), nn.Conv2d(128, 256, 3)
        self.conv3, self.conv4 = nn.Conv2d(256, 512, 3), nn.Conv2d(512, 512, 3)
        self.fc1, self.fc2, self.fc3 = nn.Linear(512, 512), nn.Linear(512, 256), nn.Linear(256, labels)
        for layer in self.children():
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for convolution in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = F.dropout(F.relu(F.max_pool2d(convolution(x), 2)), 0.4, self.training)
        x = F.dropout(F.relu(self.fc1(x.flatten(1))), 0.4, self.training)
        return self.fc3(F.dropout(F.relu(self.fc2(x)), 0.3, self.training))


class Member(nn.Module):
    """A member of an ensemble, with its own normalization, temperature and weight."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.register_buffer("scale", torch.ones(1))
        self.register_buffer("shift", torch.zeros(1))
        self.register_buffer("temperature", torch.ones(1))
        self.register_buffer("share", torch.ones(1))

    def forward(self, x):
        return F.log_softmax(self.network(x * self.scale + self.shift) / self.temperature, 1) + self.share.log()


class Ensemble(nn.Module):
    """Averages the probabilities of several networks; returns the logarithm of the mean."""

    def __init__(self, labels, members):
        super().__init__()
        self.members = nn.ModuleList(Member(build(member, labels)) for member in members)

    def forward(self, x):
        return torch.stack([member(x) for member in self.members]).logsumexp(0)


def build(architecture, labels):
    """Builds the network of a checkpoint's "architecture" entry."""
    hyperparameters = {key: value for key, value in architecture.items() if key != "name"}
    return {"emotion-net": EmotionNet, "classic": ClassicNet, "ensemble": Ensemble}[architecture["name"]](labels, **hyperparameters)


def load(path):
    """Loads a checkpoint; returns the network in evaluation mode, and the checkpoint."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    network = build(checkpoint["architecture"], len(checkpoint["labels"]))
    network.load_state_dict(checkpoint["state_dict"])
    return network.eval(), checkpoint


def save(path, network, architecture, labels, preprocessing, metrics, temperature=1.0):
    """Writes a checkpoint that fer-train and fer-detect open."""

    def number(value):
        return torch.tensor(float(value), dtype=torch.float64)

    # A name of its own until it is complete: a kill while saving must not cost the checkpoint that is there.
    unfinished = f"{path}.unfinished"
    torch.save({
        "format": "fer-checkpoint",
        "version": 1,
        "architecture": architecture,
        "labels": list(labels),
        "preprocessing": {"size": preprocessing["size"], "mean": number(preprocessing["mean"]), "std": number(preprocessing["std"])},
        "temperature": number(temperature),
        "metrics": {key: number(value) for key, value in metrics.items()},
        "state_dict": {key: value.detach().cpu().contiguous() for key, value in network.state_dict().items()},
    }, unfinished)
    os.replace(unfinished, path)


def normalize(pixels, checkpoint):
    """Converts pixels 0..255 to network input."""
    preprocessing = checkpoint["preprocessing"]
    return (pixels.float() / 255 - float(preprocessing["mean"])) / float(preprocessing["std"])
