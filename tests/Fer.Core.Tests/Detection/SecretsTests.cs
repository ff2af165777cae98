using Fer.Core.Detection;
using Fer.Core.Detection.Sources;

namespace Fer.Core.Tests.Detection;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("http://cam/video.cgi?user=admin&pwd=secret&size=2", "http://cam/video.cgi?user=***&pwd=***&size=2")]
    [InlineData("https://host/live.m3u8?Access_Token=secret#t", "https://host/live.m3u8?Access_Token=***")]
    [InlineData("https://host/a.mp4?X-Amz-Credential=secret&X-Amz-Signature=secret&part=1", "https://host/a.mp4?X-Amz-Credential=***&X-Amz-Signature=***&part=1")]
    [InlineData("http://admin:secret@cam/live?channel=1", "http://cam/live?channel=1")]
    [InlineData("http://cam/live?pwd=it's;secret&size=2", "http://cam/live?pwd=***&size=2")]
    [InlineData("rtsp://cam:port/?password=secret", "rtsp://cam:port/?password=***")]
    public void The_name_of_an_address_has_no_password_in_it(string address, string name) => Assert.Equal(name, FrameSources.NameOf(address));

    [Fact]
    public void A_message_about_addresses_hides_what_is_in_each() => Assert.Equal(
        "cannot open 'http://a/x?key=***' nor http://b/y",
        Secrets.Hide("cannot open 'http://a/x?key=secret' nor http://me:secret@b/y"));
}
