global using Extensions = Fer.Core.Tests.SelfRegisteredExtensions;
global using Fer.Core.Tests.Support;
global using Xunit;
