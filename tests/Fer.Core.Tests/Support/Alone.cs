namespace Fer.Core.Tests.Support;

/// <summary>
/// Tests in this collection run beside no other test: what they measure or change, its memory, its environment or libtorch's settings, is
/// the whole process's.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
