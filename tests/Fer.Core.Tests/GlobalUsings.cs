global using Fer.Core;
global using Fer.Core.Tests.Support;
global using Xunit;
