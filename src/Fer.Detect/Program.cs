using Fer.Core.Cli;
using Fer.Detect;

NativeTuning.Apply();
return CommandHost.Run(DetectCommand.Create(), args);
