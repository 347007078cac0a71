namespace HubertSharp.Tests.Snapshots;

public class SnapshotTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nc\n", "- b\n")]
    [InlineData("a\nc\n", "a\nb\nc\n", "+ b\n")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", "- b\n+ x\n")]
    [InlineData("", "a\n", "+ a\n")]
    [InlineData("a\n", "a\n", "")]
    public void A_difference_is_shown_line_by_line(string expected, string found, string shown) =>
        Assert.Equal(shown, Snapshot.Difference(expected, found));

    [Fact]
    public void A_file_that_says_something_else_and_one_that_is_missing_fail()
    {
        if (Environment.GetEnvironmentVariable(Snapshot.Variable) == "write")
            return;
        var failure = Assert.ThrowsAny<Exception>(() => Snapshot.Check("global.json", "{}")).Message;
        Assert.Contains("+ {}", failure, StringComparison.Ordinal);
        Assert.Contains($"{Snapshot.Variable}=write", failure, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Snapshot.Check("tests/snapshots/none.txt", "a"));
        Assert.ThrowsAny<Exception>(() => Snapshot.CheckFolder("tests/snapshots/help", ".txt", []));
    }
}
