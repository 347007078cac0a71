using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Doctor.Logs.Parsers;

namespace HubertSharp.Tests.Doctor.Logs.Parsers;

public class LogParsersTests
{
    [Fact]
    public void Every_parser_stands_in_the_list_once()
    {
        var all = LogParsers.All(new LogHints()).Select(parser => parser.GetType().Name).ToArray();
        Assert.Equal(all.Distinct(), all);
        Assert.Equal(
            typeof(ILogParser).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(ILogParser))).Select(t => t.Name)
                .Order(StringComparer.Ordinal),
            all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_has_a_name_and_a_title_of_its_own()
    {
        var formats = LogParsers.All(new LogHints()).Select(parser => parser.Format)
            .Append(LogFormat.HubertSharp).Append(LogFormat.TensorBoard).ToArray();
        Assert.Equal(formats.Length, formats.Select(format => format.Name).Distinct().Count());
        Assert.All(formats, format => Assert.Matches("^[a-z][a-z0-9_]*$", format.Name));
        Assert.All(formats, format => Assert.True(format.Title is { English.Length: > 0, Chinese.Length: > 0 }));
        Assert.All(formats, format => Assert.Contains(format.Unit, (string[])["bits", "nats", "unknown"]));
    }

    [Fact]
    public void A_report_gives_the_name() => Assert.Equal("\"fairseq_json\"",
        System.Text.Json.JsonSerializer.Serialize(LogFormat.FairseqJson));
}
