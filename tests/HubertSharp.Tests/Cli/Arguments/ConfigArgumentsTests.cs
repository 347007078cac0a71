using HubertSharp.Cli.Arguments;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Cli.Arguments;

public class ConfigArgumentsTests
{
    [Theory]
    [InlineData(null, "a.yaml model.label_rate=50", "a.yaml", "model.label_rate=50")]
    [InlineData(null, "a.yaml", "a.yaml", "")]
    [InlineData("base", "model.label_rate=50 ~criterion", "base", "model.label_rate=50 ~criterion")]
    [InlineData("base", "~criterion", "base", "~criterion")] // '~key' removes a key: it is no file
    [InlineData("base", "", "base", "")]
    public void The_first_argument_is_the_file_unless_it_is_an_override(string? name, string given, string configuration, string overrides)
    {
        var split = ConfigArguments.Split(name, null, given.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((configuration, overrides), (split.NameOrPath, string.Join(' ', split.Overrides)));
    }

    [Theory]
    [InlineData("base", null, "a.yaml", "both 'a.yaml' and --config-name or --config-dir")]
    [InlineData(null, "conf", "a.yaml", "both 'a.yaml' and --config-name or --config-dir")]
    [InlineData(null, null, "model.label_rate=50", "no configuration")]
    [InlineData(null, "conf", "", "no configuration")]
    public void Two_configurations_and_none_are_refused(string? name, string? folder, string given, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<UserException>(
            () => ConfigArguments.Split(name, folder, given.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Message,
            StringComparison.Ordinal);
}
