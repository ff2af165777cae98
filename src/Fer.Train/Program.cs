using System.CommandLine;
using Fer.Core.Cli;
using Fer.Train;

MemoryAllocator.KeepFreedBlocks();
var root = TrainCommand.Create();
return CommandHost.Run(root, args);
