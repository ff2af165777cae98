using CsCheck;
using Fer.Core.Checkpoints.Torch;

namespace Fer.Core.Tests.Checkpoints.Torch;

public sealed class PickleReaderTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void A_damaged_pickle_is_read_or_refused_with_one_kind_of_exception()
    {
        var writer = new PickleWriter();
        var good = writer.Write(new OrderedDictionary<string, object?>
        {
            ["plain"] = new List<object?> { null, true, 7L, 1L << 40, "text", 2.5 },
            ["state_dict"] = new OrderedDictionary<string, object?> { ["weight"] = new StoredTensor(StoredType.Float32, [2, 3], new byte[24]) },
        });
        var operations = Enum.GetValues<PickleOp>();
        var random = CounterRandom.For(7);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = 0;
        const int Rounds = 20_000;
        for (var round = 0; round < Rounds; round++)
        {
            // The checksums of the archive stop accidents; this is what somebody does who computes them anew.
            var bad = (byte[])good.Clone();
            for (var change = random.Next(4); change >= 0; change--)
            {
                bad[random.Next(bad.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : (int)operations[random.Next(operations.Length)]);
            }

            var cut = random.Next(8) == 0 ? random.Next(bad.Length) : bad.Length;
            var failure = Record.Exception(() => new PickleReader(bad[..cut], key => writer.Storages[key == "0" ? 0 : 1].Data, 1024).Read());
            Assert.True(failure is null or InvalidDataException, failure?.ToString());
            refused += failure is null ? 0 : 1;
        }

        Assert.InRange(refused, Rounds / 4, Rounds - 1);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 100_000);
    }

    [Fact]
    public void Any_sequence_of_opcodes_is_read_or_refused_with_one_kind_of_exception()
    {
        byte[] storage = new byte[64];
        byte[][] pieces =
        [
            .. Enum.GetValues<PickleOp>().Select(operation => new[] { (byte)operation }),
            [.. "ccollections\nOrderedDict\n"u8],
            [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8],
            [.. "ctorch\nFloatStorage\n"u8],
            [(byte)'X', 7, 0, 0, 0, .. "storage"u8],
            [(byte)'X', 1, 0, 0, 0, .. "0"u8],
            [(byte)'K', 4],
            [(byte)'J', 255, 255, 255, 255],
            [(byte)'q', 0],
            [(byte)'h', 0],
        ];
        var pickles = Gen.Int[0, pieces.Length - 1].Array[1, 40];

        Property.Check(
            pickles,
            choice =>
            {
                byte[] pickle = [.. choice.SelectMany(piece => pieces[piece]), (byte)PickleOp.Stop];
                var failure = Record.Exception(() => new PickleReader(pickle, _ => storage, 1024).Read());
                Assert.True(failure is null or InvalidDataException, failure?.ToString());
            },
            rounds: 10_000);
    }

    [Fact]
    public void Written_values_are_read_back()
    {
        var leaves = Gen.OneOf(
            Gen.Const(() => (object?)null),
            Gen.Bool.Select(value => (object?)value),
            Gen.Long.Select(value => (object?)value),
            Gen.String[Gen.Char['\0', '\u00FF'], 0, 20].Select(value => (object?)value));

        Property.Check(
            leaves.List[0, 10],
            list =>
            {
                var pickle = new PickleWriter().Write(new OrderedDictionary<string, object?> { ["list"] = list });
                var read = Assert.IsType<OrderedDictionary<string, object?>>(new PickleReader(pickle, _ => throw new InvalidDataException("none"), 0).Read());
                Assert.Equal(list, Assert.IsType<List<object?>>(read["list"]));
            },
            rounds: 1000);
    }

    [Fact]
    public void A_dictionary_built_again_and_again_from_one_list_is_refused()
    {
        // Each of 20,000 dictionaries would hold the same 20,000 pairs: a third of a megabyte would become 20 GB.
        List<byte> bomb = [.. "ccollections\nOrderedDict\nq\0(](".Select(letter => (byte)letter)];
        for (var pair = 0; pair < 20_000; pair++)
        {
            bomb.AddRange([(byte)'X', 2, 0, 0, 0, (byte)('0' + pair % 64), (byte)('0' + pair / 64 % 64), (byte)'N', 0x86]);
        }

        bomb.AddRange("etq\u0001".Select(letter => (byte)letter));
        for (var repeat = 0; repeat < 20_000; repeat++)
        {
            bomb.AddRange("h\0h\u0001R".Select(letter => (byte)letter));
        }

        AssertRefusedCheaply([.. bomb, (byte)'.']);
    }

    [Theory]
    [InlineData('}')]
    [InlineData(']')]
    [InlineData('(')]
    public void Millions_of_values_of_one_byte_each_are_refused(char operation)
    {
        var bomb = new byte[10_000_000];
        Array.Fill(bomb, (byte)operation);

        AssertRefusedCheaply(bomb);
    }

    [Fact]
    public void Tensors_that_share_one_storage_too_often_are_refused()
    {
        var storage = new byte[MiB];
        var tensor = new StoredTensor(StoredType.Float32, [MiB / 4], storage);
        var pickle = new PickleWriter().Write(Enumerable.Repeat<object?>(tensor, 1000).ToList());

        var failure = Assert.Throws<InvalidDataException>(() => new PickleReader(pickle, _ => storage, 4 * MiB).Read());

        Assert.Contains("share", failure.Message, StringComparison.Ordinal);
    }

    private static void AssertRefusedCheaply(byte[] pickle)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => new PickleReader(pickle, _ => throw new InvalidDataException("none"), 0).Read());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * MiB);
    }
}
