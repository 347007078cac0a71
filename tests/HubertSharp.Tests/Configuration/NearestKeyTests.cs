using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

public class NearestKeyTests
{
    private static readonly string[] Keys =
    [
        "model.dropout", "model.dropout_input", "model.label_rate", "task.label_rate", "task.data", "lr_scheduler.lr", "optimization.lr",
        "--clusters", "-o",
    ];

    [Theory]
    [InlineData("model.dropot", "model.dropout")]
    [InlineData("Model.Dropout", "model.dropout")]
    [InlineData("dropout", "model.dropout")]
    [InlineData("task.dropout", "model.dropout")] // another group's
    [InlineData("modle.dropuot", "model.dropout")] // two swaps
    [InlineData("task.label_rat", "task.label_rate")] // its own group first
    [InlineData("model.label_rat", "model.label_rate")]
    [InlineData("model.lr", "optimization.lr")]
    [InlineData("lr", "optimization.lr")] // the schedule's follows it
    [InlineData("--cluster", "--clusters")]
    [InlineData("task.dropot_inpt", null)] // another group's, and two edits
    [InlineData("model.label_late", "model.label_rate")] // its own group before the equal name of another
    [InlineData("optimization.zero_infinity", null)]
    [InlineData("task.quantizer", null)] // nothing like it: a wrong suggestion is worse than none
    [InlineData("xy", null)]
    [InlineData("", null)]
    public void Only_what_may_be_meant_is_suggested(string asked, string? expected) => Assert.Equal(expected, NearestKey.Of(asked, Keys));

    [Fact]
    public void Nothing_is_near_where_nothing_is() => Assert.Null(NearestKey.Of("model", []));
}
