namespace Fer.Core.Tests.Support;

/// <summary>Tests in this collection run beside no other test, for what they measure is the memory of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
