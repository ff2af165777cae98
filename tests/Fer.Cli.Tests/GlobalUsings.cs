global using Extensions = Fer.Cli.Tests.SelfRegisteredExtensions;
global using Fer.Cli.Tests.Support;
global using Xunit;
