global using Fer.Core.Tests.Support;
global using Xunit;
