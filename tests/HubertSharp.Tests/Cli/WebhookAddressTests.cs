using HubertSharp.Cli;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Cli;

public class WebhookAddressTests
{
    [Fact]
    public void The_option_goes_before_the_environment_and_no_secret_is_repeated()
    {
        Assert.Null(WebhookAddress.Of(null, null));
        Assert.Null(WebhookAddress.Of(null, ""));
        Assert.Equal("https://host/secret", WebhookAddress.Of(null, "https://host/secret")!.AbsoluteUri);
        Assert.Equal("http://other/", WebhookAddress.Of("http://other", "https://host/secret")!.AbsoluteUri);
        foreach (var (option, environment, name) in new (string?, string?, string)[]
        {
            ("ftp://secret", null, "--webhook "), (null, "secret", "HUBERTSHARP_WEBHOOK "),
        })
        {
            var message = Assert.Throws<UserException>(() => WebhookAddress.Of(option, environment)).Message;
            Assert.StartsWith(name, message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        }
    }
}
