using Fer.Core.Cli;
using Fer.Detect;

MemoryAllocator.KeepFreedBlocks();
return CommandHost.Run(DetectCommand.Create(), args);
