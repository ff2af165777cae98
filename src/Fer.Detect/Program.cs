using Fer.Core.Cli;
using Fer.Core.Native;
using Fer.Detect;

ProcessExit.Now(CommandHost.Run(DetectCommand.Create(), args));
