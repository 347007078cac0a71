using HubertSharp.Audio;
using HubertSharp.Cli;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Cli.Verbs.Corpora;

/// <summary><c>hubert manifest</c> and <c>hubert corpus split-long</c> by their options: what is made, and what is refused.</summary>
public sealed class CorporaVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CorporaVerbTests()
    {
        Directory.CreateDirectory(_folder.At("in"));
        AudioFile.Write(_folder.At("in", "a.wav"), Signals.Noise(48_000, 1), 16000);
        _folder.Write("in/t.csv", "file_name,text,speaker\na.wav,HI YOU,anna\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_itself_may_stand_in_the_place_of_its_folder()
    {
        Assert.Equal(CommandHost.Done, Run("manifest", _folder.At("in", "t.csv"), "--out", _folder.At("out"), "--language", "en"));
        Assert.Equal(["H I | Y O U |"], File.ReadAllLines(_folder.At("out", "train.ltr")));
        Assert.Contains("anna\ten\t3.0", File.ReadAllText(_folder.At("out", "speakers.tsv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_recording_is_cut_within_the_bounds()
    {
        Assert.Equal(CommandHost.Done, Run("corpus", "split-long", _folder.At("in"), "--out", _folder.At("out"), "--max-seconds", "2"));
        Assert.InRange(File.ReadLines(_folder.At("out", "train.tsv")).Count(), 3, 5);
    }

    [Theory]
    [InlineData("manifest", "in", "--format", "kaldi")]
    [InlineData("manifest", "in/a.wav")]
    [InlineData("corpus split-long", "in", "--max-seconds", "0.1")]
    [InlineData("corpus split-long", "none")]
    public void What_cannot_be_done_ends_with_exit_code_1(string verb, string place, params string[] options) =>
        Assert.Equal(CommandHost.UserFault, Run([.. verb.Split(' '), _folder.At(place), "--out", _folder.At("out"), .. options]));

    private static int Run(params string[] arguments)
    {
        using var error = new StringWriter();
        return CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(), arguments, error).GetAwaiter().GetResult();
    }
}
