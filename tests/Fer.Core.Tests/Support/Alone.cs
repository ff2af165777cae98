namespace Fer.Core.Tests.Support;

/// <summary>
/// Tests in this collection run beside no other test: what they measure or change, its memory or its environment, is
/// the whole process's.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
