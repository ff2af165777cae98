using Fer.Core.Cli;
using Fer.Core.Native;
using Fer.Train;

ProcessExit.Now(CommandHost.Run(TrainCommand.Create(), args));
