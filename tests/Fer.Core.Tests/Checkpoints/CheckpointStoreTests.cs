using System.IO.Compression;
using CsCheck;
using Fer.Core.Checkpoints;
using Fer.Core.Checkpoints.Torch;
using Fer.Core.Model;
using static TorchSharp.torch;

namespace Fer.Core.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.Inside("fer.pt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_and_loaded_network_gives_identical_logits()
    {
        var saved = SmallCheckpoint.Create();
        CheckpointStore.Save(File1, saved);

        var loaded = CheckpointStore.Load(File1);

        using var input = randn(2, 1, 16, 16);
        using var guard = inference_mode();
        using var before = saved.BuildNetwork();
        using var after = loaded.BuildNetwork();
        using var expected = before.call(input);
        using var actual = after.call(input);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
        Assert.Equal(saved.Labels, loaded.Labels);
        Assert.Equal(saved.Preprocessing, loaded.Preprocessing);
        Assert.Equal(saved.Metrics, loaded.Metrics);
        Assert.Equal(1.25, loaded.Temperature);
        Assert.Equal([6, 8], Assert.IsType<EmotionNetArchitecture>(loaded.Architecture).Stages);
    }

    [Fact]
    public void PyTorch_opens_the_file_without_trusting_it()
    {
        var checkpoint = SmallCheckpoint.Create();
        CheckpointStore.Save(File1, checkpoint with { Training = new() { ["history"] = new List<object?> { new List<object?> { 7L << 40, null, true } } } });

        var output = DebianPython.Run(
            "import sys, torch; c = torch.load(sys.argv[1], weights_only=True); s = c['state_dict'];"
            + "print(list(c.keys())); print(c['labels'], c['architecture'], c['preprocessing']['size'], c['training'], float(c['temperature']));"
            + "print(len(s), s['stem.conv.weight'].shape, s['stem.norm.num_batches_tracked'].dtype, repr(float(s['head.weight'].double().sum())))",
            File1).Split('\n');

        Assert.Equal("['format', 'version', 'architecture', 'labels', 'preprocessing', 'temperature', 'metrics', 'state_dict', 'training']", output[0]);
        Assert.Equal("['label0', 'label1', 'label2'] {'name': 'emotion-net', 'stem': 4, 'stages': [6, 8], 'squeeze': 0, 'maximum': 0} 16 {'history': [[7696581394432, None, True]]} 1.25", output[1]);
        using var head = StateDictionary.Restore(checkpoint.Weights["head.weight"]);
        var sum = double.Parse(output[2].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.StartsWith($"{checkpoint.Weights.Count} torch.Size([4, 1, 3, 3]) torch.int64", output[2], StringComparison.Ordinal);
        Assert.Equal(head.to_type(ScalarType.Float64).sum().item<double>(), sum, 9);
    }

    [Fact]
    public void A_file_that_PyTorch_wrote_opens_here()
    {
        CheckpointStore.Save(File1, SmallCheckpoint.Create());
        var second = _folder.Inside("second.pt");

        // Other memory orders, types and containers than ours, and a shared storage with an offset.
        DebianPython.Run(
            "import sys, torch, collections; c = torch.load(sys.argv[1]); s = collections.OrderedDict(c['state_dict']);"
            + "w = s['stages.0.down.conv.weight']; s['stages.0.down.conv.weight'] = w.to(memory_format=torch.channels_last);"
            + "s['head.weight'] = s['head.weight'].double(); b = torch.cat([torch.zeros(5), s['head.bias']]); s['head.bias'] = b[5:];"
            + "s['stem.conv.weight'] = torch.nn.Parameter(s['stem.conv.weight']); c['state_dict'] = s; torch.save(c, sys.argv[2])",
            File1, second);

        var (first, other) = (CheckpointStore.Load(File1), CheckpointStore.Load(second));
        Assert.Equal(first.Weights.Keys.Order(), other.Weights.Keys.Order());
        using var a = first.BuildNetwork();
        using var b = other.BuildNetwork();
        Assert.All(StateDictionary.Capture(a).Zip(StateDictionary.Capture(b)), pair => Assert.Equal(pair.First.Value.Data, pair.Second.Value.Data));
    }

    [Fact]
    public void Contents_begin_at_multiples_of_64_bytes_and_are_stored()
    {
        CheckpointStore.Save(File1, SmallCheckpoint.Create());
        var bytes = File.ReadAllBytes(File1);
        using var zip = ZipFile.OpenRead(File1);

        for (var offset = 0; BitConverter.ToUInt32(bytes, offset) == 0x04034b50;)
        {
            var start = offset + 30 + BitConverter.ToUInt16(bytes, offset + 26) + BitConverter.ToUInt16(bytes, offset + 28);
            Assert.Equal(0, start % 64);
            offset = start + BitConverter.ToInt32(bytes, offset + 18);
        }

        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        Assert.Contains(zip.Entries, entry => entry.FullName == "fer/data/0");
    }

    [Fact]
    public void A_damaged_file_is_refused_or_read_and_never_anything_else()
    {
        CheckpointStore.Save(File1, SmallCheckpoint.Create());
        var good = File.ReadAllBytes(File1);
        var random = CounterRandom.For(11);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var bad = (byte[])good.Clone();
            if (round % 4 == 0)
            {
                bad = bad[..random.Next(bad.Length)];
            }
            else
            {
                // The pickle and the directory are where damage hurts; the rest are weights.
                var place = round % 4 == 1 ? random.Next(bad.Length) : round % 4 == 2 ? 64 + random.Next(2048) : bad.Length - 1 - random.Next(2048);
                bad[place] = (byte)random.Next(256);
            }

            File.WriteAllBytes(File1, bad);
            try
            {
                using var network = CheckpointStore.Load(File1).BuildNetwork();
            }
            catch (FerException failure)
            {
                refused++;
                Assert.DoesNotContain('\n', failure.Message);
            }
        }

        Assert.InRange(refused, 100, 400);
    }

    [Fact]
    public void A_checkpoint_with_any_value_replaced_is_read_or_refused_in_one_line()
    {
        CheckpointStore.Save(File1, SmallCheckpoint.Create());
        using var stream = new MemoryStream(File.ReadAllBytes(File1));
        var good = TorchArchive.Read(stream);
        object?[] replacements = [null, true, -1L, 0L, 1L << 40, double.NaN, 1e308, "", "ensemble", new List<object?>(), new List<object?> { null, "a" }, new OrderedDictionary<string, object?>()];
        string[] keys = [.. good.Keys, "architecture.name", "architecture.stem", "architecture.stages", "architecture.members", "preprocessing.size", "preprocessing.std", "metrics.epoch", "state_dict.head.weight"];
        var damages = Gen.Select(Gen.Int[0, keys.Length - 1], Gen.Int[0, replacements.Length - 1]).Array[1, 3];

        Property.Check(
            damages,
            chosen =>
            {
                var bad = new OrderedDictionary<string, object?>(good);
                foreach (var (key, replacement) in chosen)
                {
                    Replace(bad, keys[key], replacements[replacement]);
                }

                using (var file = File.Create(File1))
                {
                    TorchArchive.Write(file, bad);
                }

                var failure = Record.Exception(() => CheckpointStore.Load(File1).BuildNetwork().Dispose());
                Assert.True(failure is null || (failure is FerException && failure.Message.StartsWith(File1, StringComparison.Ordinal)), failure?.ToString());
            },
            rounds: 150);
    }

    [Fact]
    public void A_pickle_that_names_other_code_is_refused_by_name()
    {
        var attack = "cos\nsystem\n(X\u0004\0\0\0truetR."u8;
        WriteArchive(attack.ToArray());

        var failure = Assert.Throws<FerException>(() => CheckpointStore.Load(File1));

        Assert.Contains("os.system", failure.Message, StringComparison.Ordinal);
        Assert.Contains(File1, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_contains_itself_a_million_times_is_refused()
    {
        // Each level holds the level before twice: 2^40 values in 300 bytes.
        List<byte> bomb = [0x80, 2, (byte)']', (byte)'q', 0];
        for (byte level = 1; level < 30; level++)
        {
            bomb.AddRange([(byte)']', (byte)'q', level, (byte)'(', (byte)'h', (byte)(level - 1), (byte)'h', (byte)(level - 1), (byte)'e']);
        }

        bomb.Add((byte)'.');
        WriteArchive([.. bomb]);

        Assert.Throws<FerException>(() => CheckpointStore.Load(File1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no archive")]
    public void A_file_that_is_not_an_archive_is_refused(string content)
    {
        File.WriteAllText(File1, content);

        Assert.Contains("not a checkpoint", Assert.Throws<FerException>(() => CheckpointStore.Load(File1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_says_how_to_get_one() =>
        Assert.Contains("fer-train", Assert.Throws<FerException>(() => CheckpointStore.Load(_folder.Inside("none.pt"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_for_other_labels_are_refused()
    {
        var checkpoint = SmallCheckpoint.Create(labels: 3);
        CheckpointStore.Save(File1, checkpoint with { Labels = new(["a", "b"]) });

        var failure = Assert.Throws<FerException>(() => CheckpointStore.Load(File1).BuildNetwork());

        Assert.Contains("head.weight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_larger_than_its_file_is_refused_before_it_is_built()
    {
        var checkpoint = SmallCheckpoint.Create();
        CheckpointStore.Save(File1, checkpoint with { Architecture = new EmotionNetArchitecture { Stem = 1024, Stages = [2048, 2048, 2048] } });

        Assert.Contains("too few", Assert.Throws<FerException>(() => CheckpointStore.Load(File1).BuildNetwork()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_save_leaves_the_older_file_and_nothing_else()
    {
        var target = Directory.CreateDirectory(_folder.Inside("in the way", "fer.pt")).FullName;
        File.WriteAllText(Path.Combine(target, "kept"), "");

        var failure = Assert.Throws<FerException>(() => CheckpointStore.Save(target, SmallCheckpoint.Create()));

        Assert.Contains(target, failure.Message, StringComparison.Ordinal);
        Assert.Equal([target], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!));
    }

    private static void Replace(OrderedDictionary<string, object?> values, string key, object? replacement)
    {
        var parts = key.Split('.', 2);
        if (parts.Length == 1)
        {
            values[key] = replacement;
        }
        else if (values[parts[0]] is OrderedDictionary<string, object?> inner)
        {
            values[parts[0]] = new OrderedDictionary<string, object?>(inner) { [parts[1]] = replacement };
        }
    }

    private void WriteArchive(byte[] pickle)
    {
        using var zip = ZipFile.Open(File1, ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("fer/data.pkl", CompressionLevel.NoCompression).Open();
        entry.Write(pickle);
    }
}
