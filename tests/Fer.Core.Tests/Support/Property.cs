using CsCheck;

namespace Fer.Core.Tests.Support;

/// <summary>Checks a property on generated inputs: the same inputs in every run, and a shrunken one in the message of a failure.</summary>
internal static class Property
{
    private const int ShrinkingRounds = 20_000;

    public static void Check<T>(Gen<T> generator, Action<T> property, int rounds)
    {
        for (uint round = 0; round < rounds; round++)
        {
            var random = new PCG(stream: 0, seed: round);
            var seed = random.ToString();
            var input = generator.Generate(random, null, out _);
            try
            {
                property(input);
            }
            catch (Exception)
            {
                // CsCheck repeats the failure from its seed and searches for a smaller input.
                generator.Sample(property, seed: seed, iter: ShrinkingRounds, threads: 1);
                throw;
            }
        }
    }
}
