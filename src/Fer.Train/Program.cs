using Fer.Core.Cli;
using Fer.Train;

return CommandHost.Run(TrainCommand.Create(), args);
