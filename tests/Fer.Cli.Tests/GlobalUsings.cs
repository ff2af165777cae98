global using Fer.Cli.Tests.Support;
global using Xunit;
