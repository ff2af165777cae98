using Fer.Core.Cli;
using Fer.Detect;

return CommandHost.Run(DetectCommand.Create(), args);
